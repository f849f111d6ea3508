//! Factors that are variables of their own, as where a structure of MATLAB holds `data` and `scale_factor`:
//! the names are those of the CF conventions, and so is what they mean.

use super::super::contents::{Contents, Data, Variable, last_name};
use super::super::decode::{ElementKind, Values};
use crate::problem::Problem;

const SCALE: &str = "scale_factor";
const OFFSET: &str = "add_offset";

/// Unpacks the only array of a group of variables beside single numbers called `scale_factor` and
/// `add_offset`: whole numbers by them, with a notice. Where it cannot be told what they are of, that is a
/// warning, and the numbers stay.
pub fn unpack(contents: &mut Contents) {
    let group_of = |name: &str| name[..name.len() - last_name(name).len()].to_owned();
    let single = |variable: &Variable| match &variable.data {
        Data::Numbers { values, .. } if values.len() == 1 => Some(values.at(0)),
        _ => None,
    };
    let mut groups: Vec<(String, Option<f64>, Option<f64>)> = Vec::new();
    for variable in &contents.variables {
        let name = variable.last_name();
        let (true, Some(number)) = (name == SCALE || name == OFFSET, single(variable)) else {
            continue;
        };
        let group = group_of(&variable.name);
        let known = groups.iter().position(|(known, _, _)| *known == group);
        let index = known.unwrap_or_else(|| {
            groups.push((group, None, None));
            groups.len() - 1
        });
        if let Some((_, scale, offset)) = groups.get_mut(index) {
            *(if name == SCALE { scale } else { offset }) = Some(number);
        }
    }
    for (group, scale, offset) in groups {
        let said = [(SCALE, scale), (OFFSET, offset)];
        let said = said
            .iter()
            .filter_map(|(name, number)| Some((*name, (*number)?)));
        let said: Vec<String> = said
            .map(|(name, number)| format!("{name} {number}"))
            .collect();
        let said = said.join(" and ");
        let (scale, offset) = (scale.unwrap_or(1.0), offset.unwrap_or(0.0));
        let is_plain = (scale, offset) == (1.0, 0.0);
        let is_array = |variable: &Variable| {
            matches!(&variable.data, Data::Numbers { values, .. } if values.len() > 1)
                && group_of(&variable.name) == group
        };
        let count = contents.variables.iter().filter(|v| is_array(v)).count();
        if is_plain || count == 0 {
            continue;
        }
        if count > 1 {
            let problem = unclear(&contents.path, &group, &format!("{count} arrays"), &said);
            contents.problems.push(problem);
            continue;
        }
        let Some(first) = contents.variables.iter_mut().find(|v| is_array(v)) else {
            continue;
        };
        let path = format!("{}/{}", contents.path, first.name);
        let name = first.last_name().to_owned();
        let Data::Numbers { element, values } = &mut first.data else {
            continue;
        };
        let is_whole = matches!(element.kind, ElementKind::Integer | ElementKind::Unsigned);
        if !is_whole || !scale.is_finite() || scale == 0.0 || !offset.is_finite() {
            let problem = unclear(&contents.path, &group, &name, &said);
            contents.problems.push(problem);
            continue;
        }
        let numbers = (0..values.len()).map(|index| values.at(index) * scale + offset);
        *values = Values::F64(numbers.collect());
        contents.problems.push(Problem::notice(
            &path,
            format!(
                "holds whole numbers, with {said} beside it: they were unpacked, as by the CF conventions"
            ),
        ));
    }
}

fn unclear(path: &str, group: &str, what: &str, said: &str) -> Problem {
    let group = group.trim_end_matches(['/', '.']);
    let path = if group.is_empty() {
        path.to_owned()
    } else {
        format!("{path}/{group}")
    };
    Problem::warning(
        &path,
        format!("holds {said} beside {what}, and the numbers were taken as they are"),
    )
    .expected("numbers that need no factor, or whole numbers with a factor of their own")
    .hint("If they are packed by it, multiply them by scale_factor, add add_offset, and save them without either")
}

#[cfg(test)]
mod tests {
    use super::super::super::decode::Element;
    use super::*;

    fn numbers(name: &str, kind: ElementKind, values: &[f64]) -> Variable {
        Variable {
            name: name.to_owned(),
            shape: vec![values.len(), 1],
            data: Data::Numbers {
                element: Element {
                    kind,
                    size: 8,
                    big_endian: false,
                },
                values: Values::F64(values.to_vec()),
            },
            axes: Vec::new(),
        }
    }

    #[test]
    fn whole_numbers_beside_a_factor_are_unpacked_and_others_are_named() {
        let (whole, float) = (ElementKind::Integer, ElementKind::Float);
        type Row<'a> = (&'a [(&'a str, ElementKind, &'a [f64])], &'a [f64], &'a str);
        let rows: [Row; 7] = [
            (
                &[
                    ("s.data", whole, &[2.0, 4.0]),
                    ("s.scale_factor", float, &[0.5]),
                ],
                &[1.0, 2.0],
                "unpacked",
            ),
            (
                &[
                    ("data", whole, &[2.0, 4.0]),
                    ("scale_factor", float, &[0.5]),
                    ("add_offset", float, &[3.0]),
                ],
                &[4.0, 5.0],
                "scale_factor 0.5 and add_offset 3",
            ),
            (
                &[
                    ("s.data", float, &[2.0, 4.0]),
                    ("s.scale_factor", float, &[0.5]),
                ],
                &[2.0, 4.0],
                "taken as they are",
            ),
            (
                &[
                    ("s.data", whole, &[2.0, 4.0]),
                    ("s.more", whole, &[2.0, 4.0]),
                    ("s.scale_factor", float, &[0.5]),
                ],
                &[2.0, 4.0],
                "2 arrays",
            ),
            (
                &[
                    ("s.data", whole, &[2.0, 4.0]),
                    ("t.scale_factor", float, &[0.5]),
                ],
                &[2.0, 4.0],
                "",
            ),
            (
                &[
                    ("s.data", whole, &[2.0, 4.0]),
                    ("s.scale_factor", float, &[1.0]),
                ],
                &[2.0, 4.0],
                "",
            ),
            (
                &[
                    ("s.data", whole, &[2.0, 4.0]),
                    ("s.scale_factor", float, &[0.0]),
                ],
                &[2.0, 4.0],
                "taken as they are",
            ),
        ];
        for (variables, expected, said) in rows {
            let mut contents = Contents::of("a.mat");
            let made = variables
                .iter()
                .map(|(name, kind, values)| numbers(name, *kind, values));
            contents.variables = made.collect();
            unpack(&mut contents);
            let Data::Numbers { values, .. } = &contents.variables[0].data else {
                panic!("numbers");
            };
            assert_eq!(*values, Values::F64(expected.to_vec()), "{said}");
            let text: Vec<String> = contents.problems.iter().map(|p| p.to_string()).collect();
            assert!(
                text.concat().contains(said) && text.is_empty() == said.is_empty(),
                "{text:?}"
            );
        }
    }
}
