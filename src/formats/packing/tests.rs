//! What attributes make of stored numbers, case by case.

use super::*;

const fn element(kind: ElementKind, size: usize) -> Element {
    Element {
        kind,
        size,
        big_endian: false,
    }
}

const I1: Element = element(ElementKind::Integer, 1);
const I2: Element = element(ElementKind::Integer, 2);
const U1: Element = element(ElementKind::Unsigned, 1);
const F4: Element = element(ElementKind::Float, 4);
const F8: Element = element(ElementKind::Float, 8);

fn attributes(of: &[(&str, Element, &[f64])]) -> Attributes {
    of.iter()
        .map(|(name, element, values)| {
            let attribute = Attribute::Numbers {
                element: *element,
                values: values.to_vec(),
            };
            ((*name).to_owned(), attribute)
        })
        .collect()
}

#[test]
fn stored_numbers_become_those_they_stand_for() {
    const NAN: f64 = f64::NAN;
    type Row<'a> = (
        &'a [(&'a str, Element, &'a [f64])],
        Element,
        &'a [f64],
        &'a [f64],
    );
    let rows: [Row; 12] = [
        (
            &[("scale_factor", F8, &[0.5])],
            I2,
            &[2.0, -4.0],
            &[1.0, -2.0],
        ),
        (
            &[("add_offset", I2, &[10.0])],
            I2,
            &[2.0, -4.0],
            &[12.0, 6.0],
        ),
        (
            &[
                ("scale_factor", F4, &[2.0]),
                ("add_offset", F4, &[1.0]),
                ("_FillValue", I2, &[-1.0]),
            ],
            I2,
            &[-1.0, 3.0],
            &[NAN, 7.0],
        ),
        (
            &[("missing_value", F8, &[-9.0, -8.0])],
            F8,
            &[-9.0, -8.0, 1.0],
            &[NAN, NAN, 1.0],
        ),
        (
            &[("_FillValue", F8, &[1e36])],
            F4,
            &[f64::from(1e36_f32), 1.0],
            &[NAN, 1.0],
        ),
        (
            &[("valid_range", I2, &[0.0, 5.0])],
            I2,
            &[-1.0, 0.0, 5.0, 6.0],
            &[NAN, 0.0, 5.0, NAN],
        ),
        (&[("valid_min", I2, &[0.0])], I2, &[-1.0, 9.0], &[NAN, 9.0]),
        (&[("valid_max", I2, &[0.0])], I2, &[-1.0, 9.0], &[-1.0, NAN]),
        // the range of a float type is that of unpacked numbers, of the stored type that of packed ones
        (
            &[
                ("scale_factor", F8, &[0.5]),
                ("valid_range", F8, &[0.0, 2.0]),
            ],
            I2,
            &[4.0, 5.0],
            &[2.0, NAN],
        ),
        (
            &[
                ("scale_factor", F8, &[0.5]),
                ("valid_range", I2, &[0.0, 4.0]),
            ],
            I2,
            &[4.0, 5.0],
            &[2.0, NAN],
        ),
        // never written: netCDF's own default
        (&[], F4, &[f64::from(9.969_21e36_f32), 1.0], &[NAN, 1.0]),
        (
            &[("_FillValue", F4, &[NAN])],
            F4,
            &[f64::from(9.969_21e36_f32)],
            &[f64::from(9.969_21e36_f32)],
        ),
    ];
    for (said, element, stored, expected) in rows {
        let packing = Packing::of(&attributes(said), element, true).expect("well formed");
        let stored = if element.held() == 4 {
            Values::F32(stored.iter().map(|&value| value as f32).collect())
        } else {
            Values::F64(stored.to_vec())
        };
        let made = packing.map_or(stored.clone(), |packing| packing.unpack(stored));
        for (index, expected) in expected.iter().enumerate() {
            let made = made.at(index);
            assert!(
                made == *expected || (made.is_nan() && expected.is_nan()),
                "{said:?}: {made} is not {expected}"
            );
        }
    }
}

#[test]
fn bytes_without_sign_are_read_as_such() {
    let mut said = attributes(&[("_FillValue", I1, &[-1.0])]);
    said.insert("_Unsigned".into(), Attribute::Text(vec!["true".into()]));
    let packing = Packing::of(&said, I1, true)
        .expect("well formed")
        .expect("packed");
    assert_eq!(packing.stored(I1), U1);
    let made = packing.unpack(Values::F32(vec![255.0, 254.0]));
    assert!(made.at(0).is_nan() && made.at(1) == 254.0);
}

#[test]
fn what_cannot_be_understood_is_an_error() {
    let texts = [
        "scale_factor",
        "add_offset",
        "_FillValue",
        "missing_value",
        "valid_range",
        "_Unsigned",
    ];
    for name in texts {
        for wrong in [Attribute::Text(vec!["two".into()]), Attribute::Other] {
            let said = Attributes::from([(name.to_owned(), wrong)]);
            let problem = Packing::of(&said, I2, false)
                .expect_err("malformed")
                .problem("a.nc/l");
            assert!(
                problem.is_error() && problem.to_string().contains(name),
                "{problem}"
            );
        }
    }
    for (name, values) in [
        ("scale_factor", &[0.0][..]),
        ("scale_factor", &[f64::NAN]),
        ("scale_factor", &[1.0, 2.0]),
        ("add_offset", &[]),
        ("valid_range", &[1.0]),
    ] {
        assert!(
            Packing::of(&attributes(&[(name, F8, values)]), I2, false).is_err(),
            "{name}"
        );
    }
}

#[test]
fn files_that_say_nothing_are_left_as_they_are() {
    assert_eq!(Packing::of(&Attributes::new(), F4, false), Ok(None));
    assert_eq!(Packing::of(&Attributes::new(), I2, false), Ok(None));
    // of netCDF what was never written is known by its default code
    let packing = Packing::of(&Attributes::new(), I2, true).expect("well formed");
    assert!(packing.is_some());
}
