//! Products with one left factor again and again, in single precision: nearly all the time of an
//! analysis. In the browser, where a library's kernels leave a quarter of the vector unit unused, by a
//! kernel of our own (its shape by measurement, benches/README.md); elsewhere by faer's.

use nalgebra::DMatrix;

use super::MathError;

#[cfg(not(target_arch = "wasm32"))]
use super::linalg::product_into;

/// A left factor (m x k) made ready.
pub struct Repeated {
    #[cfg(not(target_arch = "wasm32"))]
    left: DMatrix<f32>,
    #[cfg(any(target_arch = "wasm32", test))]
    packed: kernel::Packed,
}

impl Repeated {
    /// Makes a left factor ready. O(m k).
    #[must_use]
    pub fn new(left: DMatrix<f32>) -> Self {
        Self {
            #[cfg(any(target_arch = "wasm32", test))]
            packed: kernel::Packed::new(&left),
            #[cfg(not(target_arch = "wasm32"))]
            left,
        }
    }

    fn check(
        shape: (usize, usize),
        out: &DMatrix<f32>,
        right: &DMatrix<f32>,
    ) -> Result<(), MathError> {
        if shape.1 == right.nrows() && out.shape() == (shape.0, right.ncols()) {
            return Ok(());
        }
        Err(MathError::Shape {
            what: "matrix product",
            left: shape,
            right: right.shape(),
        })
    }

    /// `out = left * diag(scale) * right` (k x t gives m x t), without a scale `left * right`.
    /// O(m k t).
    ///
    /// # Errors
    /// [`MathError::Shape`] if sizes that must agree differ.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn times(
        &self,
        out: &mut DMatrix<f32>,
        right: &DMatrix<f32>,
        scale: Option<&[f32]>,
    ) -> Result<(), MathError> {
        Self::check(self.left.shape(), out, right)?;
        let Some(scale) = scale else {
            return product_into(out, &self.left, right);
        };
        let mut scaled = right.clone();
        let rows = scaled.nrows().max(1);
        for column in scaled.as_mut_slice().chunks_exact_mut(rows) {
            for (value, scale) in column.iter_mut().zip(scale) {
                *value *= scale;
            }
        }
        product_into(out, &self.left, &scaled)
    }

    /// `out = left * diag(scale) * right` (k x t gives m x t), without a scale `left * right`.
    /// O(m k t).
    ///
    /// # Errors
    /// [`MathError::Shape`] if sizes that must agree differ.
    #[cfg(target_arch = "wasm32")]
    pub fn times(
        &self,
        out: &mut DMatrix<f32>,
        right: &DMatrix<f32>,
        scale: Option<&[f32]>,
    ) -> Result<(), MathError> {
        Self::check(self.packed.shape(), out, right)?;
        self.packed.times(out, right, scale);
        Ok(())
    }
}

/// The kernel: tiles of four rows by eight columns, whose sums fill eight vector registers; twelve
/// would not stay in registers.
#[cfg(any(target_arch = "wasm32", test))]
mod kernel {
    use nalgebra::DMatrix;

    const ROWS: usize = 4;
    const COLUMNS: usize = 8;
    /// Rows of the left factor that all columns meet before the next.
    const BLOCK: usize = 128;

    /// A left factor by panels of four rows, each column of a panel together, zeros below the last
    /// row.
    pub struct Packed {
        rows: usize,
        inner: usize,
        panels: Vec<[f32; ROWS]>,
    }

    impl Packed {
        pub fn new(left: &DMatrix<f32>) -> Self {
            let (rows, inner) = left.shape();
            let mut panels = Vec::with_capacity(rows.div_ceil(ROWS) * inner);
            for start in (0..rows).step_by(ROWS) {
                for column in left.column_iter() {
                    panels.push(std::array::from_fn(|row| {
                        column.get(start + row).copied().unwrap_or(0.0)
                    }));
                }
            }
            Self {
                rows,
                inner,
                panels,
            }
        }

        #[cfg(target_arch = "wasm32")]
        pub fn shape(&self) -> (usize, usize) {
            (self.rows, self.inner)
        }

        /// `out = self * diag(scale) * right`, for sizes that agree.
        pub fn times(&self, out: &mut DMatrix<f32>, right: &DMatrix<f32>, scale: Option<&[f32]>) {
            let (rows, inner) = (self.rows, self.inner);
            if rows == 0 || inner == 0 {
                out.fill(0.0);
                return;
            }
            let right = pack_columns(right.as_slice(), inner, scale);
            let out = out.as_mut_slice();
            // as many rows at a time as stay in the second cache while all columns pass
            for (block, panels) in self.panels.chunks(inner * BLOCK / ROWS).enumerate() {
                let first = block * BLOCK;
                for (right, out) in right
                    .chunks_exact(inner)
                    .zip(out.chunks_mut(rows * COLUMNS))
                {
                    for (place, left) in panels.chunks_exact(inner).enumerate() {
                        let row = first + place * ROWS;
                        let height = ROWS.min(rows - row);
                        let sums = tile(left, right);
                        for (sums, out) in sums.iter().zip(out.chunks_exact_mut(rows)) {
                            out[row..row + height].copy_from_slice(&sums[..height]);
                        }
                    }
                }
            }
        }
    }

    /// A right factor (inner x t, column by column) by panels of eight columns, each row of a panel
    /// together and scaled, zeros beyond the last column.
    fn pack_columns(right: &[f32], inner: usize, scale: Option<&[f32]>) -> Vec<[f32; COLUMNS]> {
        let columns = right.len() / inner;
        let mut packed = vec![[0.0; COLUMNS]; columns.div_ceil(COLUMNS) * inner];
        for (column, values) in right.chunks_exact(inner).enumerate() {
            let panel = &mut packed[column / COLUMNS * inner..][..inner];
            for (line, &value) in panel.iter_mut().zip(values) {
                line[column % COLUMNS] = value;
            }
        }
        if let Some(scale) = scale {
            for panel in packed.chunks_exact_mut(inner) {
                for (line, scale) in panel.iter_mut().zip(scale) {
                    line.iter_mut().for_each(|value| *value *= scale);
                }
            }
        }
        packed
    }

    /// Four rows times eight columns.
    #[cfg(target_arch = "wasm32")]
    #[inline(never)]
    fn tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS] {
        use std::arch::wasm32::{f32x4, f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat};
        let zero = f32x4_splat(0.0);
        let (mut s0, mut s1, mut s2, mut s3) = (zero, zero, zero, zero);
        let (mut s4, mut s5, mut s6, mut s7) = (zero, zero, zero, zero);
        for (l, r) in left.iter().zip(right) {
            let l = f32x4(l[0], l[1], l[2], l[3]);
            s0 = f32x4_add(s0, f32x4_mul(l, f32x4_splat(r[0])));
            s1 = f32x4_add(s1, f32x4_mul(l, f32x4_splat(r[1])));
            s2 = f32x4_add(s2, f32x4_mul(l, f32x4_splat(r[2])));
            s3 = f32x4_add(s3, f32x4_mul(l, f32x4_splat(r[3])));
            s4 = f32x4_add(s4, f32x4_mul(l, f32x4_splat(r[4])));
            s5 = f32x4_add(s5, f32x4_mul(l, f32x4_splat(r[5])));
            s6 = f32x4_add(s6, f32x4_mul(l, f32x4_splat(r[6])));
            s7 = f32x4_add(s7, f32x4_mul(l, f32x4_splat(r[7])));
        }
        [s0, s1, s2, s3, s4, s5, s6, s7].map(|s| {
            [
                f32x4_extract_lane::<0>(s),
                f32x4_extract_lane::<1>(s),
                f32x4_extract_lane::<2>(s),
                f32x4_extract_lane::<3>(s),
            ]
        })
    }

    /// The same for tests on other targets.
    #[cfg(not(target_arch = "wasm32"))]
    fn tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS] {
        let mut sums = [[0.0; ROWS]; COLUMNS];
        for (l, r) in left.iter().zip(right) {
            for (sums, r) in sums.iter_mut().zip(r) {
                for (sum, l) in sums.iter_mut().zip(l) {
                    *sum += l * r;
                }
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;

    #[test]
    fn both_ways_agree_with_nalgebra() {
        let mut generator = Generator::new(7);
        for (m, k, t) in [
            (1, 1, 1),
            (4, 3, 8),
            (7, 5, 9),
            (33, 64, 17),
            (5, 20, 3),
            (301, 12, 20),
        ] {
            let left = DMatrix::from_fn(m, k, |_, _| generator.normal() as f32);
            let right = DMatrix::from_fn(k, t, |_, _| generator.normal() as f32);
            let scale: Vec<f32> = (0..k).map(|_| generator.normal() as f32).collect();
            let ready = Repeated::new(left.clone());
            for scale in [None, Some(scale.as_slice())] {
                let mut scaled = right.clone();
                if let Some(scale) = scale {
                    for (mut row, scale) in scaled.row_iter_mut().zip(scale) {
                        row *= *scale;
                    }
                }
                let expected = &left * scaled;
                let mut out = DMatrix::from_element(m, t, f32::NAN);
                ready.times(&mut out, &right, scale).expect("fits");
                assert!((&out - &expected).amax() < 1e-4);
                let mut by_tiles = DMatrix::from_element(m, t, f32::NAN);
                ready.packed.times(&mut by_tiles, &right, scale);
                assert!((&by_tiles - &expected).amax() < 1e-4);
            }
            let mut wrong = DMatrix::zeros(m + 1, t);
            let refused = ready.times(&mut wrong, &right, None);
            assert!(matches!(refused, Err(MathError::Shape { .. })));
        }
    }
}
