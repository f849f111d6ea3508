//! Raw bytes of an array to numbers: the one place that knows of sizes and byte orders.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// What an element of an array is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ElementKind {
    /// IEEE floating point.
    Float,
    /// bfloat16: the upper half of a single-precision number.
    BrainFloat,
    /// Two's complement.
    Integer,
    /// Whole numbers from zero.
    Unsigned,
    /// One byte, zero or one.
    Boolean,
    /// Decimal text, as in a CSV.
    Text,
}

/// The type of an element in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Element {
    /// What it is.
    pub kind: ElementKind,
    /// Bytes an element; zero for text.
    pub size: usize,
    /// Most significant byte first.
    pub big_endian: bool,
}

impl Element {
    /// Numbers written as text.
    pub const TEXT: Self = Self {
        kind: ElementKind::Text,
        size: 0,
        big_endian: false,
    };
}

impl Element {
    /// Bytes of memory that an element takes once it is read.
    #[must_use]
    pub fn held(self) -> usize {
        let is_narrow = match self.kind {
            ElementKind::Float => self.size <= 4,
            ElementKind::Text => false,
            _ => self.size <= 2,
        };
        if is_narrow { 4 } else { 8 }
    }
}

impl std::fmt::Display for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bits = self.size * 8;
        match self.kind {
            ElementKind::Float => write!(f, "float{bits}")?,
            ElementKind::BrainFloat => write!(f, "bfloat{bits}")?,
            ElementKind::Integer => write!(f, "int{bits}")?,
            ElementKind::Unsigned => write!(f, "uint{bits}")?,
            ElementKind::Boolean => write!(f, "bool")?,
            ElementKind::Text => write!(f, "text")?,
        }
        if self.big_endian && self.size > 1 {
            write!(f, ", big-endian")?;
        }
        Ok(())
    }
}

/// Numbers at the precision that their file needs: `f32` holds half and single floats and integers
/// of up to 16 bits exactly, everything else is `f64`.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

impl Values {
    /// How many numbers.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Values::F32(values) => values.len(),
            Values::F64(values) => values.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at an index, in double precision; NaN past the end.
    #[must_use]
    pub fn at(&self, index: usize) -> f64 {
        match self {
            Values::F32(values) => values.get(index).map_or(f64::NAN, |&v| f64::from(v)),
            Values::F64(values) => values.get(index).copied().unwrap_or(f64::NAN),
        }
    }

    /// The same, with room for so many.
    pub(super) fn with_room(self, count: usize) -> Self {
        match self {
            Values::F32(mut values) => {
                values.reserve_exact(count.saturating_sub(values.len()));
                Values::F32(values)
            }
            Values::F64(mut values) => {
                values.reserve_exact(count.saturating_sub(values.len()));
                Values::F64(values)
            }
        }
    }

    /// Adds numbers of the same precision; of another, which one type of element never gives, none.
    pub(crate) fn append(&mut self, more: Self) {
        match (self, more) {
            (Values::F32(values), Values::F32(more)) => values.extend(more),
            (Values::F64(values), Values::F64(more)) => values.extend(more),
            _ => {}
        }
    }

    /// From Fortran order (first axis fastest) to C order (last axis fastest).
    #[must_use]
    pub fn from_fortran(self, shape: &[usize]) -> Self {
        match self {
            Values::F32(values) => Values::F32(c_order(&values, shape)),
            Values::F64(values) => Values::F64(c_order(&values, shape)),
        }
    }
}

fn c_order<T: Copy>(fortran: &[T], shape: &[usize]) -> Vec<T> {
    if let [rows, columns] = *shape {
        // Square tiles: a row of the target crosses as many cache lines as it has columns.
        const TILE: usize = 32;
        let mut out = fortran.to_vec();
        for top in (0..rows).step_by(TILE) {
            for left in (0..columns).step_by(TILE) {
                for row in top..(top + TILE).min(rows) {
                    for column in left..(left + TILE).min(columns) {
                        out[row * columns + column] = fortran[column * rows + row];
                    }
                }
            }
        }
        return out;
    }
    let mut index = vec![0_usize; shape.len()];
    let mut out = Vec::with_capacity(fortran.len());
    for _ in 0..fortran.len() {
        let position = index
            .iter()
            .zip(shape)
            .rev()
            .fold(0, |position, (&i, &size)| position * size + i);
        out.push(fortran[position]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    out
}

/// Decodes the bytes of an array; `None` for an element that is not a number.
///
/// # Errors
/// A [`Problem`] where a 64-bit integer has no exact double.
pub fn decode(path: &str, bytes: &[u8], element: Element) -> Option<Result<Values, Problem>> {
    macro_rules! numbers {
        ($from:ty => $to:ty, $variant:ident) => {{
            const SIZE: usize = size_of::<$from>();
            let (chunks, _) = bytes.as_chunks::<SIZE>();
            Values::$variant(if element.big_endian {
                chunks
                    .iter()
                    .map(|c| <$to>::from(<$from>::from_be_bytes(*c)))
                    .collect()
            } else {
                chunks
                    .iter()
                    .map(|c| <$to>::from(<$from>::from_le_bytes(*c)))
                    .collect()
            })
        }};
    }
    macro_rules! wide_integers {
        ($from:ty) => {{
            let (chunks, _) = bytes.as_chunks::<8>();
            let mut values = Vec::with_capacity(chunks.len());
            for (index, chunk) in chunks.iter().enumerate() {
                let integer = if element.big_endian {
                    <$from>::from_be_bytes(*chunk)
                } else {
                    <$from>::from_le_bytes(*chunk)
                };
                let value = integer as f64;
                if value as i128 != i128::from(integer) {
                    return Some(Err(Problem::error(
                        path,
                        format!("the integer {integer} at index {index} has no exact double"),
                    )
                    .expected("integers below 2^53")
                    .hint("Save the array as float64 if the last digits do not matter")));
                }
                values.push(value);
            }
            Values::F64(values)
        }};
    }
    use ElementKind::{Boolean, Float, Integer, Unsigned};
    Some(Ok(match (element.kind, element.size) {
        (Float, 2) => numbers!(half_bits::Half => f32, F32),
        (Float, 4) => numbers!(f32 => f32, F32),
        (Float, 8) => numbers!(f64 => f64, F64),
        (Float, 16) if !element.big_endian => Values::F64(extended(bytes)?),
        (Integer, 1) => numbers!(i8 => f32, F32),
        (Integer, 2) => numbers!(i16 => f32, F32),
        (Integer, 4) => numbers!(i32 => f64, F64),
        (Integer, 8) => wide_integers!(i64),
        (Unsigned | Boolean, 1) => numbers!(u8 => f32, F32),
        (Unsigned, 2) => numbers!(u16 => f32, F32),
        (Unsigned, 4) => numbers!(u32 => f64, F64),
        (Unsigned, 8) => wide_integers!(u64),
        _ => return None,
    }))
}

/// The long doubles of x86: 64 bits of fraction with the leading one written out, 15 of exponent, padded to
/// 16 bytes. `None` if they are of another kind (those of ARM have no leading one).
fn extended(bytes: &[u8]) -> Option<Vec<f64>> {
    let (cells, _) = bytes.as_chunks::<16>();
    cells
        .iter()
        .map(|cell| {
            let fraction = u64::from_le_bytes(*cell.first_chunk::<8>()?);
            let head = u16::from_le_bytes([cell[8], cell[9]]);
            let exponent = i32::from(head & 0x7fff);
            let sign = if head & 0x8000 == 0 { 1.0 } else { -1.0 };
            let is_written_out = fraction >> 63 == 1;
            Some(match exponent {
                // zero, or too small for a double
                0 => sign * 0.0,
                _ if !is_written_out => return None,
                0x7fff if fraction << 1 == 0 => sign * f64::INFINITY,
                0x7fff => f64::NAN,
                // in two steps: the power alone may leave a double's range
                _ => {
                    let power = exponent - 16383 - 63;
                    let half = power / 2;
                    sign * fraction as f64 * 2_f64.powi(half) * 2_f64.powi(power - half)
                }
            })
        })
        .collect()
}

/// `half::f16` under the conversions that the decoder asks of every type.
mod half_bits {
    pub struct Half(half::f16);

    impl Half {
        pub fn from_le_bytes(bytes: [u8; 2]) -> Self {
            Self(half::f16::from_le_bytes(bytes))
        }

        pub fn from_be_bytes(bytes: [u8; 2]) -> Self {
            Self(half::f16::from_be_bytes(bytes))
        }
    }

    impl From<Half> for f32 {
        fn from(half: Half) -> f32 {
            half.0.to_f32()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fortran_order_is_turned_on_any_number_of_axes() {
        let flat = |shape: &[usize]| {
            let n: usize = shape.iter().product();
            Values::F64((0..n).map(|i| i as f64).collect()).from_fortran(shape)
        };
        assert_eq!(
            flat(&[2, 3]),
            Values::F64(vec![0.0, 2.0, 4.0, 1.0, 3.0, 5.0])
        );
        assert_eq!(
            flat(&[2, 2, 2]),
            Values::F64(vec![0.0, 4.0, 2.0, 6.0, 1.0, 5.0, 3.0, 7.0])
        );
        assert_eq!(flat(&[3]), Values::F64(vec![0.0, 1.0, 2.0]));
        // larger than a tile, against the general path
        let (rows, columns) = (70, 45);
        let Values::F64(turned) = flat(&[rows, columns]) else {
            panic!("doubles stay doubles");
        };
        assert!(
            (0..rows * columns).all(|i| turned[i] == ((i % columns) * rows + i / columns) as f64)
        );
    }

    #[test]
    fn long_doubles_of_x86_become_doubles_and_others_are_not_guessed() {
        let element = Element {
            kind: ElementKind::Float,
            size: 16,
            big_endian: false,
        };
        let cell = |fraction: u64, head: u16, padding: u8| {
            let mut cell = fraction.to_le_bytes().to_vec();
            cell.extend(head.to_le_bytes());
            cell.extend([padding; 6]);
            cell
        };
        let one = 1_u64 << 63;
        let bytes = [
            cell(one, 16383, 0),
            cell(one | one >> 1, 16384 | 0x8000, 7),
            cell(0, 0, 0),
            cell(one, 0x7fff, 0),
            cell(one, 16383 - 1030, 0),
        ]
        .concat();
        let made = decode("a", &bytes, element);
        let expected = vec![
            1.0,
            -3.0,
            0.0,
            f64::INFINITY,
            2_f64.powi(-1000) / 2_f64.powi(30),
        ];
        assert_eq!(made, Some(Ok(Values::F64(expected))));
        // one of ARM: 1.0 has its exponent in the last bytes
        let mut arm = vec![0; 16];
        arm[8] = 5;
        arm[14] = 0xff;
        arm[15] = 0x3f;
        assert_eq!(decode("a", &arm, element), None);
    }

    #[test]
    fn integers_beyond_a_double_are_refused() {
        let element = Element {
            kind: ElementKind::Unsigned,
            size: 8,
            big_endian: false,
        };
        let exact = decode("a", &(1_u64 << 60).to_le_bytes(), element);
        assert_eq!(exact, Some(Ok(Values::F64(vec![(1_u64 << 60) as f64]))));
        for odd in [(1_u64 << 60) + 1, u64::MAX] {
            assert!(decode("a", &odd.to_le_bytes(), element).is_some_and(|made| made.is_err()));
        }
    }
}
