//! Products with one left factor again and again, in single precision: nearly all the time of an
//! analysis. In the browser, where a library's kernels leave a quarter of the vector unit unused, by a
//! kernel of our own (its shape by measurement, benches/README.md); elsewhere by faer's.

use nalgebra::DMatrix;

use super::MathError;

#[cfg(target_arch = "wasm32")]
pub use kernel::fuse;

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

    /// Makes the transpose of a matrix (k x m) ready as a left factor (m x k). O(m k).
    #[must_use]
    pub fn transposed(matrix: &DMatrix<f32>) -> Self {
        Self {
            #[cfg(any(target_arch = "wasm32", test))]
            packed: kernel::Packed::transposed(matrix),
            #[cfg(not(target_arch = "wasm32"))]
            left: matrix.transpose(),
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
        let mut scaled = Vec::with_capacity(right.len());
        for column in right.as_slice().chunks_exact(right.nrows().max(1)) {
            scaled.extend(column.iter().zip(scale).map(|(value, scale)| value * scale));
        }
        let scaled = DMatrix::from_vec(right.nrows(), right.ncols(), scaled);
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

/// The kernel: tiles of eight rows by four columns. Their sums fill eight vector registers, twelve would
/// not stay in registers; four rows by eight columns are a fifth slower, for each entry of the right
/// factor is then met by one multiplication instead of two.
#[cfg(any(target_arch = "wasm32", test))]
mod kernel {
    use nalgebra::DMatrix;

    const ROWS: usize = 8;
    const COLUMNS: usize = 4;
    /// Rows of the left factor that all columns meet before the next.
    const BLOCK: usize = 128;

    /// A left factor by panels of eight rows, each column of a panel together, zeros below the last
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
                panels.extend(left.as_slice().chunks_exact(rows).map(|column| {
                    let rest = &column[start..];
                    match rest.first_chunk() {
                        Some(whole) => *whole,
                        None => std::array::from_fn(|row| rest.get(row).copied().unwrap_or(0.0)),
                    }
                }));
            }
            Self {
                rows,
                inner,
                panels,
            }
        }

        /// Of a matrix whose columns are the rows of the factor.
        pub fn transposed(matrix: &DMatrix<f32>) -> Self {
            let (inner, rows) = matrix.shape();
            let mut panels = Vec::with_capacity(rows.div_ceil(ROWS) * inner);
            let beyond = vec![0.0; inner];
            for panel in matrix.as_slice().chunks(inner.max(1) * ROWS) {
                let column = |place: usize| panel.get(place * inner..(place + 1) * inner);
                let lines: [&[f32]; ROWS] =
                    std::array::from_fn(|place| column(place).unwrap_or(&beyond));
                panels.extend((0..inner).map(|place| lines.map(|line| line[place])));
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
            #[cfg(target_arch = "wasm32")]
            let tile = CHOSEN.get().copied().unwrap_or(tile);
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

    /// A right factor (inner x t, column by column) by panels of four columns, each row of a panel
    /// together and scaled, zeros beyond the last column.
    fn pack_columns(right: &[f32], inner: usize, scale: Option<&[f32]>) -> Vec<[f32; COLUMNS]> {
        let columns = right.len() / inner;
        let mut packed = Vec::with_capacity(columns.div_ceil(COLUMNS) * inner);
        let (beyond, ones) = (vec![0.0; inner], vec![1.0; inner]);
        let scale = scale.unwrap_or(&ones);
        for panel in right.chunks(inner * COLUMNS) {
            let column = |place: usize| panel.get(place * inner..(place + 1) * inner);
            let [a, b, c, d]: [&[f32]; COLUMNS] =
                std::array::from_fn(|place| column(place).unwrap_or(&beyond));
            let lines = scale.iter().zip(a).zip(b).zip(c).zip(d);
            packed.extend(lines.map(|((((s, a), b), c), d)| [s * a, s * b, s * c, s * d]));
        }
        packed
    }

    /// What multiplies a panel of each factor.
    #[cfg(target_arch = "wasm32")]
    type Tile = fn(&[[f32; ROWS]], &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS];

    /// The tile of this module, if it is not the plain one.
    #[cfg(target_arch = "wasm32")]
    static CHOSEN: std::sync::OnceLock<Tile> = std::sync::OnceLock::new();

    /// From now on products fuse multiplication and addition. Only for a module that nothing without
    /// relaxed SIMD is given: one such instruction, called or not, and it would be refused.
    #[cfg(target_arch = "wasm32")]
    pub fn fuse() {
        // asked twice it is fused already
        let _ = CHOSEN.set(|left, right| fused_tile(left, right));
    }

    /// Eight rows times four columns, by what adds a product to a sum.
    #[cfg(target_arch = "wasm32")]
    macro_rules! tile {
        ($left:ident, $right:ident, $add_product:expr) => {{
            use std::arch::wasm32::{f32x4, f32x4_extract_lane, f32x4_splat};
            let add_product = $add_product;
            let zero = f32x4_splat(0.0);
            let (mut a0, mut a1, mut a2, mut a3) = (zero, zero, zero, zero);
            let (mut b0, mut b1, mut b2, mut b3) = (zero, zero, zero, zero);
            for (l, r) in $left.iter().zip($right) {
                let a = f32x4(l[0], l[1], l[2], l[3]);
                let b = f32x4(l[4], l[5], l[6], l[7]);
                let r0 = f32x4_splat(r[0]);
                a0 = add_product(a0, a, r0);
                b0 = add_product(b0, b, r0);
                let r1 = f32x4_splat(r[1]);
                a1 = add_product(a1, a, r1);
                b1 = add_product(b1, b, r1);
                let r2 = f32x4_splat(r[2]);
                a2 = add_product(a2, a, r2);
                b2 = add_product(b2, b, r2);
                let r3 = f32x4_splat(r[3]);
                a3 = add_product(a3, a, r3);
                b3 = add_product(b3, b, r3);
            }
            let lanes = |s| {
                [
                    f32x4_extract_lane::<0>(s),
                    f32x4_extract_lane::<1>(s),
                    f32x4_extract_lane::<2>(s),
                    f32x4_extract_lane::<3>(s),
                ]
            };
            [(a0, b0), (a1, b1), (a2, b2), (a3, b3)].map(|(upper, lower)| {
                let mut column = [0.0; ROWS];
                column[..4].copy_from_slice(&lanes(upper));
                column[4..].copy_from_slice(&lanes(lower));
                column
            })
        }};
    }

    #[cfg(target_arch = "wasm32")]
    #[inline(never)]
    fn tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS] {
        use std::arch::wasm32::{f32x4_add, f32x4_mul, v128};
        tile!(left, right, |sum: v128, l, r| f32x4_add(
            sum,
            f32x4_mul(l, r)
        ))
    }

    #[cfg(target_arch = "wasm32")]
    #[inline(never)]
    #[target_feature(enable = "relaxed-simd")]
    fn fused_tile(left: &[[f32; ROWS]], right: &[[f32; COLUMNS]]) -> [[f32; ROWS]; COLUMNS] {
        use std::arch::wasm32::{f32x4_relaxed_madd, v128};
        tile!(left, right, |sum: v128, l, r| f32x4_relaxed_madd(l, r, sum))
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
            let both = [
                Repeated::new(left.clone()),
                Repeated::transposed(&left.transpose()),
            ];
            let scales = [None, Some(scale.as_slice())];
            for (ready, scale) in both.iter().flat_map(|ready| scales.map(|s| (ready, s))) {
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
            let refused = both[0].times(&mut wrong, &right, None);
            assert!(matches!(refused, Err(MathError::Shape { .. })));
        }
    }
}
