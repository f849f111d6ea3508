//! Square tables whose rows and columns are the same stimuli.

use super::checks::{are_counts, are_unique, columns_of, is_symmetric};
use super::named::Table;
use super::parts::{Ids, Parts, source, taken_as_ids};
use crate::formats::words::is_id_name;
use crate::problem::Problem;

/// Prefixes of names that programs give to columns without any.
const DEFAULTS: [&str; 9] = [
    "",
    "v",
    "x",
    "var",
    "column",
    "column ",
    "col",
    "unnamed: ",
    "f",
];

/// The columns and ids of a square table whose rows and columns are the same stimuli, by their names or by its
/// numbers; `None` for any other table.
///
/// # Errors
/// A [`Problem`] for what cannot be cut into cells.
pub fn parts(table: &Table) -> Result<Option<Parts>, Problem> {
    let rows = table.rows();
    if rows < 2 {
        return Ok(None);
    }
    let (index, columns) = match table.columns.split_first() {
        Some((&first, rest)) if rest.len() == rows => (Some(first), rest.to_vec()),
        _ if table.is_named && table.columns.len() == rows => (None, table.columns.clone()),
        _ => return Ok(None),
    };
    if columns.iter().any(|&column| table.has_text(column)) {
        return Ok(None);
    }
    let names: Vec<String> = columns
        .iter()
        .map(|&column| table.name(column).to_owned())
        .collect();
    let of_index = index.map(|index| table.text_of(index)).transpose()?;
    let mut notices = Vec::new();
    if let (Some(index), Some(ids)) = (index, &of_index)
        && let Some(order) = columns_of(ids, &names)
    {
        if !order.is_sorted() {
            notices.push(Problem::notice(
                table.path(),
                "names the same stimuli over its columns as beside its rows, in another order: its columns were sorted as its rows",
            ));
        }
        let is_counted = are_counts(ids) && table.is_unnamed(index);
        let ids = Ids {
            from: source(table, index),
            is_counted,
            ids: ids.clone(),
        };
        let units = order
            .into_iter()
            .map(|position| columns[position])
            .collect();
        return Ok(Some(Parts {
            ids: Some(ids),
            units,
            notices,
        }));
    }
    if !is_symmetric(rows, |row, column| table.value(row, columns[column])) {
        return Ok(None);
    }
    let is_good = |ids: &[String]| are_unique(ids) && ids.iter().all(|id| !id.is_empty());
    let of_header = (!are_defaults(&names) && is_good(&names)).then(|| Ids {
        from: "its header".into(),
        is_counted: false,
        ids: names.clone(),
    });
    let of_index = match (index, of_index) {
        (Some(index), Some(ids)) if is_good(&ids) => Some(Ids {
            from: source(table, index),
            is_counted: are_counts(&ids) && !is_id_name_of(table, index),
            ids,
        }),
        (Some(_), _) => return Ok(None),
        (None, _) => are_counts(&names).then(|| Ids {
            from: "its header".into(),
            is_counted: true,
            ids: names.clone(),
        }),
    };
    if let (false, Some(ids)) = (table.is_named, &of_index) {
        notices.push(taken_as_ids(table, &ids.ids));
    }
    let ids = match (of_index, of_header) {
        (Some(counted), Some(header)) if counted.is_counted => Some(header),
        (Some(index), _) => Some(index),
        (None, header) => header,
    };
    Ok(Some(Parts {
        ids,
        units: columns,
        notices,
    }))
}

fn is_id_name_of(table: &Table, column: usize) -> bool {
    is_id_name(table.name(column)) && !table.is_unnamed(column)
}

/// Whether names count from 0 or 1, with nothing or a program's own word before.
pub fn are_defaults(names: &[String]) -> bool {
    let number_of = |name: &String, position: usize| {
        let name = name.to_ascii_lowercase();
        let start = name.find(|c: char| c.is_ascii_digit())?;
        let (prefix, digits) = name.split_at(start);
        let number: usize = digits.parse().ok()?;
        let is_known = DEFAULTS.contains(&prefix) && number.to_string() == digits;
        (is_known && (number == position || number == position + 1))
            .then(|| (prefix.to_owned(), number - position))
    };
    let mut kinds = names
        .iter()
        .enumerate()
        .map(|(position, name)| number_of(name, position));
    let Some(Some(first)) = kinds.next() else {
        return false;
    };
    kinds.all(|kind| kind.as_ref() == Some(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn distances_are_symmetric_or_one_triangle() {
        let nan = f64::NAN;
        let check = |values: [f64; 9]| is_symmetric(3, |row, column| values[row * 3 + column]);
        assert!(check([0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0]));
        assert!(check([nan, 1.0, 2.0, 1.0, nan, 3.0, 2.0, 3.0, nan]));
        assert!(check([0.0, 1.0, 2.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0]));
        assert!(check([nan, nan, nan, 1.0, nan, nan, 2.0, 3.0, nan]));
        assert!(!check([0.0, 1.0, 2.0, 1.5, 0.0, 3.0, 2.0, 3.0, 0.0]));
        assert!(!check([0.0; 9]));
        assert!(!check([1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 3.0]));
        assert!(!is_symmetric(2, |_, _| 1.0));
    }

    #[test]
    fn names_of_programs_are_no_names() {
        for names in [
            ["0", "1", "2"],
            ["V1", "V2", "V3"],
            ["X1", "X2", "X3"],
            ["Var1", "Var2", "Var3"],
        ] {
            assert!(are_defaults(&strings(&names)), "{names:?}");
        }
        for names in [
            ["2", "3", "4"],
            ["V1", "V3", "V2"],
            ["img1", "img2", "img3"],
            ["00", "01", "02"],
        ] {
            assert!(!are_defaults(&strings(&names)), "{names:?}");
        }
    }

    #[test]
    fn columns_are_found_by_the_names_of_rows() {
        let found = |rows: &[&str], columns: &[&str]| columns_of(&strings(rows), &strings(columns));
        assert_eq!(found(&["a", "b"], &["b", "a"]), Some(vec![1, 0]));
        assert_eq!(
            found(&["1361", "12-b"], &["X1361", "X12.b"]),
            Some(vec![0, 1])
        );
        assert_eq!(found(&["7.0", "8.0"], &["7", "8"]), Some(vec![0, 1]));
        assert_eq!(found(&["a", "b"], &["a", "c"]), None);
        assert_eq!(found(&["a", "a"], &["a", "b"]), None);
    }
}
