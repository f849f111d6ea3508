//! What the cells of a cell array are together: a list of text, the rows of one matrix, or each for itself.

use super::super::contents::{Data, Variable, index_label};
use super::super::decode::Values;
use crate::problem::{Problem, count};

/// Joins what the cells of an array hold, in the order of the file; a problem where it cannot be told what
/// they are together, or a notice of what was done.
pub fn joined(
    path: &str,
    name: &str,
    shape: &[usize],
    cells: Vec<Vec<Variable>>,
) -> (Vec<Variable>, Option<Problem>) {
    if cells.is_empty() {
        return (Vec::new(), None);
    }
    if let Some(texts) = texts(&cells) {
        let list = Variable {
            name: name.to_owned(),
            shape: vec![texts.len()],
            data: Data::Text(texts),
            axes: Vec::new(),
        };
        return (vec![list], None);
    }
    let is_number = |variable: &Variable| matches!(variable.data, Data::Numbers { .. });
    let is_own = |index: usize, variable: &Variable| {
        variable.name == format!("{name}{}", index_label(shape, index))
    };
    let is_simple = cells
        .iter()
        .enumerate()
        .all(|(index, own)| own.len() <= 1 && own.iter().all(|variable| is_own(index, variable)));
    // structures and cells of cells are known by the names of their fields and indices
    if cells.len() == 1 || !is_simple || !cells.iter().flatten().any(is_number) {
        return (cells.into_iter().flatten().collect(), None);
    }
    let sizes: Vec<Option<&[usize]>> = cells
        .iter()
        .map(|own| match own.first() {
            Some(variable) if is_number(variable) => Some(variable.shape.as_slice()),
            _ => None,
        })
        .collect();
    if let Some(width) = common_width(&sizes) {
        return match stacked(name, width, &cells) {
            Some(matrix) => {
                let notice = Problem::notice(
                    path,
                    format!(
                        "{name} is a cell array with {} in each of its {} cells: taken as one array of {} x {width}, a row for each cell",
                        count(width, "number", "numbers"),
                        cells.len(),
                        cells.len()
                    ),
                );
                (vec![matrix], Some(notice))
            }
            None => (Vec::new(), Some(refused(path, name, &sizes))),
        };
    }
    if sizes.iter().all(|size| size.is_some_and(is_square)) {
        return (cells.into_iter().flatten().collect(), None);
    }
    let is_single = |size: &Option<&[usize]>| size.is_none_or(|size| size.iter().all(|&n| n == 1));
    if sizes.iter().all(is_single) {
        let mixed = Variable {
            name: name.to_owned(),
            shape: vec![cells.len()],
            data: Data::Other("a cell array of text and single numbers".into()),
            axes: Vec::new(),
        };
        return (vec![mixed], None);
    }
    let problem = refused(path, name, &sizes);
    (Vec::new(), Some(problem))
}

/// The text of cells that hold one each.
fn texts(cells: &[Vec<Variable>]) -> Option<Vec<String>> {
    cells
        .iter()
        .map(|own| match own.as_slice() {
            [only] => match only.text()? {
                [text] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// How many numbers each cell holds, where each holds a vector and all hold as many.
fn common_width(sizes: &[Option<&[usize]>]) -> Option<usize> {
    let width = |size: &Option<&[usize]>| {
        let size = (*size)?;
        let longer = size.iter().filter(|&&axis| axis != 1).count();
        (longer <= 1).then(|| size.iter().product::<usize>())
    };
    let first = width(sizes.first()?)?;
    sizes
        .iter()
        .all(|size| width(size) == Some(first))
        .then_some(first)
}

fn is_square(size: &[usize]) -> bool {
    matches!(size, [n, m] if n == m)
}

/// A row for each cell.
fn stacked(name: &str, width: usize, cells: &[Vec<Variable>]) -> Option<Variable> {
    let mut made: Option<(super::Element, Values)> = None;
    for variable in cells.iter().flatten() {
        let Data::Numbers { element, values } = &variable.data else {
            return None;
        };
        match &mut made {
            None => made = Some((*element, values.clone())),
            // MATLAB stores numbers as narrow as they fit, so that types differ from cell to cell
            Some((wide, all)) => {
                if matches!((&*all, values), (Values::F32(_), Values::F64(_))) {
                    *all = Values::F64((0..all.len()).map(|index| all.at(index)).collect());
                    *wide = *element;
                }
                match all {
                    Values::F32(_) => all.append(values.clone()),
                    Values::F64(all) => all.extend((0..values.len()).map(|at| values.at(at))),
                }
            }
        }
    }
    let (element, values) = made?;
    (values.len() == width * cells.len()).then(|| Variable {
        name: name.to_owned(),
        shape: vec![cells.len(), width],
        data: Data::Numbers { element, values },
        axes: Vec::new(),
    })
}

fn refused(path: &str, name: &str, sizes: &[Option<&[usize]>]) -> Problem {
    let described = |size: &Option<&[usize]>| match size {
        Some(size) => {
            let sizes: Vec<String> = size.iter().map(usize::to_string).collect();
            format!("{} numbers", sizes.join(" x "))
        }
        None => "no numbers".to_owned(),
    };
    let first = sizes.first().map(described).unwrap_or_default();
    let other = sizes.iter().map(described).find(|other| *other != first);
    let held = match other {
        Some(other) => format!("{first} in one cell and {other} in another"),
        None => format!("{first} in each of its {} cells", sizes.len()),
    };
    Problem::error(
        &format!("{path}/{name}"),
        format!("is a cell array with {held}: it cannot be told what its cells are"),
    )
    .expected("a matrix with a row for each stimulus, or cells with as many numbers each")
    .hint(format!(
        "In MATLAB, save a matrix in its place, such as {name} = vertcat({name}{{:}}) if the cells are rows, or each cell as a variable of its own"
    ))
}

#[cfg(test)]
mod tests {
    use super::super::super::decode::ElementKind;
    use super::super::Element;
    use super::*;

    const F8: Element = Element {
        kind: ElementKind::Float,
        size: 8,
        big_endian: false,
    };

    fn cell(index: usize, count: usize, shape: &[usize]) -> Variable {
        let values = (0..shape.iter().product::<usize>()).map(|at| (index * 100 + at) as f64);
        Variable {
            name: format!("c{}", index_label(&[count, 1], index)),
            shape: shape.to_vec(),
            data: Data::Numbers {
                element: F8,
                values: Values::F64(values.collect()),
            },
            axes: Vec::new(),
        }
    }

    #[test]
    fn cells_are_rows_matrices_or_refused() {
        type Shapes = &'static [&'static [usize]];
        let rows: [(Shapes, Shapes, &str); 7] = [
            (
                &[&[1, 5], &[1, 5], &[1, 5]],
                &[&[3, 5]],
                "a row for each cell",
            ),
            (&[&[5, 1], &[1, 5]], &[&[2, 5]], "a row for each cell"),
            (&[&[1, 1], &[1, 1]], &[&[2, 1]], "a row for each cell"),
            (&[&[3, 3], &[3, 3]], &[&[3, 3], &[3, 3]], ""),
            (&[&[1, 5], &[1, 4]], &[], "vertcat(c{:})"),
            (&[&[2, 5], &[3, 5]], &[], "vertcat(c{:})"),
            (&[&[2, 5]], &[&[2, 5]], ""),
        ];
        for (cells, expected, said) in rows {
            let count = cells.len();
            let own = cells.iter().enumerate();
            let own = own.map(|(index, shape)| vec![cell(index, count, shape)]);
            let (made, problem) = joined("a.mat", "c", &[count, 1], own.collect());
            let shapes: Vec<&[usize]> = made.iter().map(|v| v.shape.as_slice()).collect();
            assert_eq!(shapes, expected, "{cells:?}");
            let text = problem
                .map(|problem| problem.to_string())
                .unwrap_or_default();
            assert!(
                text.contains(said) && text.is_empty() == said.is_empty(),
                "{text}"
            );
        }
    }
}
