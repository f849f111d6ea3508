//! Numbers that a file packs into others, and numbers that stand for missing ones, by the attributes that
//! the CF conventions and the netCDF users' guide give them: one meaning for netCDF3, netCDF4 and HDF5.

pub mod factors;

use super::contents::{Attribute, Attributes};
use super::decode::{Element, ElementKind, Values};
use crate::problem::Problem;

/// What netCDF writes where a float was never written. (Of integers it is the second least of 16 and 32 bits.)
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
        let is_whole = matches!(element.kind, ElementKind::Integer | ElementKind::Unsigned);
        let unsigned = unsigned.filter(|_| is_whole);
        let mut codes: Vec<f64> = [fill, missing]
            .into_iter()
            .flatten()
            .flat_map(|(values, _)| values.to_vec())
            .collect();
        if is_netcdf && fill.is_none() && element.kind == ElementKind::Float && element.size >= 4 {
            codes.push(DEFAULT_FILL);
        }
        if is_netcdf && fill.is_none() && element.kind == ElementKind::Integer {
            codes.extend(match element.size {
                2 => Some(-32_767.0),
                4 => Some(-2_147_483_647.0),
                _ => None,
            });
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
                .any(|(_, own)| own.kind == ElementKind::Float);
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
                kind: ElementKind::Unsigned,
                ..element
            },
            Some(false) => Element {
                kind: ElementKind::Integer,
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
        _ if element.kind == ElementKind::Float && element.size == 4 => f64::from(code as f32),
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
mod tests;
