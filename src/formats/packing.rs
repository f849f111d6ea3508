//! Numbers that a file packs into others, and numbers that stand for missing ones, by the attributes that
//! the CF conventions and the netCDF users' guide give them: one meaning for netCDF3, netCDF4 and HDF5.

use super::contents::{Attribute, Attributes};
use super::decode::{Element, Kind, Values};
use crate::problem::Problem;

/// What netCDF writes where a float was never written.
const DEFAULT_FILL: f64 = 9.969_209_968_386_869e36;

/// How the numbers of a variable are stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Packing {
    /// Factor and summand, where there are any.
    scaled: Option<(f64, f64)>,
    /// Stored numbers that stand for a missing one.
    missing: Vec<f64>,
    /// Least and largest number that counts.
    range: (f64, f64),
    /// The range is one of unpacked numbers.
    is_range_unpacked: bool,
    /// Bits are to be taken as whole numbers from zero, or as ones with a sign.
    unsigned: Option<bool>,
}

/// An attribute that does not say what it should, and what was expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Malformed {
    attribute: &'static str,
    expected: &'static str,
}

impl Malformed {
    /// The problem of the variable that has the attribute.
    pub fn problem(&self, path: &str) -> Problem {
        Problem::error(
            path,
            format!(
                "cannot be unpacked: its attribute {} is not {}",
                self.attribute, self.expected
            ),
        )
        .expected("numbers, or attributes that say how numbers are packed, as the CF conventions have them")
        .hint(format!(
            "Write the attribute {} as a number, or save the unpacked numbers without it",
            self.attribute
        ))
    }
}

/// The numbers of an attribute; `None` where it is absent.
fn numbers<'a>(
    attributes: &'a Attributes,
    attribute: &'static str,
    expected: &'static str,
    is_right: impl Fn(&[f64]) -> bool,
) -> Result<Option<(&'a [f64], Element)>, Malformed> {
    match attributes.get(attribute) {
        None => Ok(None),
        Some(Attribute::Numbers { values, element }) if is_right(values) => {
            Ok(Some((values, *element)))
        }
        Some(_) => Err(Malformed {
            attribute,
            expected,
        }),
    }
}

impl Packing {
    /// What the attributes of a variable of numbers say; `None` where they say nothing of it.
    ///
    /// # Errors
    /// Where an attribute that would change the numbers cannot be understood.
    pub fn of(
        attributes: &Attributes,
        element: Element,
        is_netcdf: bool,
    ) -> Result<Option<Self>, Malformed> {
        let one = |values: &[f64]| matches!(values, [only] if only.is_finite());
        let some = |values: &[f64]| !values.is_empty();
        let scale = numbers(
            attributes,
            "scale_factor",
            "a finite number other than zero",
            |v| one(v) && v != [0.0],
        )?;
        let offset = numbers(attributes, "add_offset", "a finite number", one)?;
        let fill = numbers(attributes, "_FillValue", "a number", some)?;
        let missing = numbers(attributes, "missing_value", "a number", some)?;
        let range = numbers(attributes, "valid_range", "two numbers", |v| v.len() == 2)?;
        let low = numbers(attributes, "valid_min", "a number", |v| v.len() == 1)?;
        let high = numbers(attributes, "valid_max", "a number", |v| v.len() == 1)?;
        let unsigned = match attributes.get("_Unsigned") {
            None => None,
            Some(attribute) => Some(truth(attribute).ok_or(Malformed {
                attribute: "_Unsigned",
                expected: "true or false",
            })?),
        };
        let is_whole = matches!(element.kind, Kind::Integer | Kind::Unsigned);
        let unsigned = unsigned.filter(|_| is_whole);
        let mut codes: Vec<f64> = [fill, missing]
            .into_iter()
            .flatten()
            .flat_map(|(values, _)| values.to_vec())
            .collect();
        if is_netcdf && fill.is_none() && element.kind == Kind::Float && element.size >= 4 {
            codes.push(DEFAULT_FILL);
        }
        let scaled = (scale.is_some() || offset.is_some()).then(|| {
            let first = |of: Option<(&[f64], Element)>, none| {
                of.and_then(|(values, _)| values.first().copied())
                    .unwrap_or(none)
            };
            (first(scale, 1.0), first(offset, 0.0))
        });
        let limits = [
            range.map(|(values, element)| (values[0], element)),
            low.map(|(values, element)| (values[0], element)),
        ];
        let tops = [
            range.map(|(values, element)| (values[1], element)),
            high.map(|(values, element)| (values[0], element)),
        ];
        // by the users' guide: in the type of the packed numbers, unless its own type is that of the
        // unpacked ones
        let is_range_unpacked = is_whole
            && scaled.is_some()
            && [range, low, high]
                .iter()
                .flatten()
                .any(|(_, own)| own.kind == Kind::Float);
        let packing = Self {
            scaled,
            missing: codes
                .into_iter()
                .map(|code| as_stored(code, element, unsigned))
                .collect(),
            range: (
                limits
                    .iter()
                    .flatten()
                    .map(|(value, _)| bound(*value, element, unsigned, is_range_unpacked))
                    .fold(f64::NEG_INFINITY, f64::max),
                tops.iter()
                    .flatten()
                    .map(|(value, _)| bound(*value, element, unsigned, is_range_unpacked))
                    .fold(f64::INFINITY, f64::min),
            ),
            is_range_unpacked,
            unsigned,
        };
        Ok((!packing.is_plain()).then_some(packing))
    }

    /// Nothing is to be done.
    fn is_plain(&self) -> bool {
        self.scaled.is_none()
            && self.missing.is_empty()
            && self.range == (f64::NEG_INFINITY, f64::INFINITY)
            && self.unsigned.is_none()
    }

    /// The type as which stored bytes are to be read.
    pub fn stored(&self, element: Element) -> Element {
        match self.unsigned {
            Some(true) => Element {
                kind: Kind::Unsigned,
                ..element
            },
            Some(false) => Element {
                kind: Kind::Integer,
                ..element
            },
            None => element,
        }
    }

    /// The numbers that stored ones stand for; missing ones and ones out of range are NaN. Double
    /// precision where they are scaled: a product of single precision is not exact.
    pub fn unpack(&self, values: Values) -> Values {
        match (self.scaled, values) {
            (Some((scale, offset)), Values::F32(values)) => Values::F64(
                values
                    .into_iter()
                    .map(|value| self.scale(f64::from(value), scale, offset))
                    .collect(),
            ),
            (Some((scale, offset)), Values::F64(mut values)) => {
                for value in &mut values {
                    *value = self.scale(*value, scale, offset);
                }
                Values::F64(values)
            }
            (None, Values::F32(mut values)) => {
                for value in &mut values {
                    if !self.counts(f64::from(*value)) {
                        *value = f32::NAN;
                    }
                }
                Values::F32(values)
            }
            (None, Values::F64(mut values)) => {
                for value in &mut values {
                    if !self.counts(*value) {
                        *value = f64::NAN;
                    }
                }
                Values::F64(values)
            }
        }
    }

    fn scale(&self, stored: f64, scale: f64, offset: f64) -> f64 {
        if self.missing.contains(&stored) {
            return f64::NAN;
        }
        let value = stored * scale + offset;
        let compared = if self.is_range_unpacked {
            value
        } else {
            stored
        };
        if self.is_within(compared) {
            value
        } else {
            f64::NAN
        }
    }

    fn counts(&self, stored: f64) -> bool {
        !self.missing.contains(&stored) && self.is_within(stored)
    }

    fn is_within(&self, value: f64) -> bool {
        self.range.0 <= value && value <= self.range.1
    }
}

/// `true`, `TRUE`, 1 and their opposites.
fn truth(attribute: &Attribute) -> Option<bool> {
    match attribute {
        Attribute::Text(texts) => match texts.as_slice() {
            [only] if only.trim_end_matches('\0').eq_ignore_ascii_case("true") => Some(true),
            [only] if only.trim_end_matches('\0').eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        },
        Attribute::Numbers { values, .. } => match values.as_slice() {
            [1.0] => Some(true),
            [0.0] => Some(false),
            _ => None,
        },
        Attribute::Other => None,
    }
}

/// A number of an attribute as the variable's own type has it: -1 of a byte without sign is 255, and a
/// double that stands for a float is that float.
fn as_stored(code: f64, element: Element, unsigned: Option<bool>) -> f64 {
    let span = (element.size as f64 * 8.0).exp2();
    match unsigned {
        Some(true) if code < 0.0 => code + span,
        Some(false) if code >= span / 2.0 => code - span,
        _ if element.kind == Kind::Float && element.size == 4 => f64::from(code as f32),
        _ => code,
    }
}

fn bound(value: f64, element: Element, unsigned: Option<bool>, is_unpacked: bool) -> f64 {
    if is_unpacked {
        value
    } else {
        as_stored(value, element, unsigned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn element(kind: Kind, size: usize) -> Element {
        Element {
            kind,
            size,
            big_endian: false,
        }
    }

    const I1: Element = element(Kind::Integer, 1);
    const I2: Element = element(Kind::Integer, 2);
    const U1: Element = element(Kind::Unsigned, 1);
    const F4: Element = element(Kind::Float, 4);
    const F8: Element = element(Kind::Float, 8);

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
            for (place, expected) in expected.iter().enumerate() {
                let made = made.at(place);
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
        assert_eq!(Packing::of(&Attributes::new(), I2, true), Ok(None));
    }
}
