//! The two expensive primitives, a symmetric eigendecomposition and a matrix product, behind one
//! interface: nalgebra's types in the signature, faer's kernels on views of the same memory.

use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::solvers::Solve;
use faer::{Accum, Mat, MatMut, MatRef, Par, Side};
use nalgebra::{DMatrix, DVector};

use super::MathError;
use super::scale::{DOUBLE, toward_one};

/// An element type that the kernels multiply: `f64` for what is decomposed, `f32` for the large products.
pub trait Real: faer::traits::ComplexField + nalgebra::Scalar {
    /// Zero of this type.
    const ZERO: Self;
    /// One of this type.
    const ONE: Self;
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
}

fn view<T>(matrix: &DMatrix<T>) -> MatRef<'_, T> {
    MatRef::from_column_major_slice(matrix.as_slice(), matrix.nrows(), matrix.ncols())
}

/// `left * right`: (m x k) times (k x n), m x n. O(m k n).
///
/// # Errors
/// [`MathError::Shape`] if the inner sizes differ.
pub fn product<T: Real>(left: &DMatrix<T>, right: &DMatrix<T>) -> Result<DMatrix<T>, MathError> {
    if left.ncols() != right.nrows() {
        return Err(MathError::Shape {
            what: "matrix product",
            left: left.shape(),
            right: right.shape(),
        });
    }
    let (rows, columns) = (left.nrows(), right.ncols());
    let mut out = DMatrix::from_element(rows, columns, T::ZERO);
    matmul(
        MatMut::from_column_major_slice_mut(out.as_mut_slice(), rows, columns),
        Accum::Replace,
        view(left),
        view(right),
        T::ONE,
        Par::Seq,
    );
    Ok(out)
}

/// `a * a^T` (n x p gives n x n), exactly symmetric. O(n^2 p).
#[must_use]
pub fn outer_gram(a: &DMatrix<f64>) -> DMatrix<f64> {
    symmetric_product(view(a), view(a).transpose())
}

/// `a^T * a` (n x p gives p x p), exactly symmetric. O(n p^2).
#[must_use]
pub fn inner_gram(a: &DMatrix<f64>) -> DMatrix<f64> {
    symmetric_product(view(a).transpose(), view(a))
}

fn symmetric_product(left: MatRef<'_, f64>, right: MatRef<'_, f64>) -> DMatrix<f64> {
    let n = left.nrows();
    let mut out = DMatrix::zeros(n, n);
    // one triangle, at half the cost
    triangular::matmul(
        MatMut::from_column_major_slice_mut(out.as_mut_slice(), n, n),
        BlockStructure::TriangularLower,
        Accum::Replace,
        left,
        BlockStructure::Rectangular,
        right,
        BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
    for column in 0..n {
        for row in column + 1..n {
            out[(column, row)] = out[(row, column)];
        }
    }
    out
}

/// Eigenvalues in ascending order and the matching orthonormal eigenvectors, one a column (n x n).
pub struct Eigen {
    /// Eigenvalues, ascending.
    pub values: DVector<f64>,
    /// Eigenvectors, column j belonging to value j.
    pub vectors: DMatrix<f64>,
}

/// Eigendecomposition of a symmetric matrix (n x n); only its lower triangle is read. O(n^3).
///
/// # Errors
/// [`MathError::NotFinite`] if an entry is NaN or infinite, [`MathError::NoConvergence`] if the
/// iteration does not end (not seen on finite input).
pub fn symmetric_eigen(matrix: &DMatrix<f64>) -> Result<Eigen, MathError> {
    let n = matrix.nrows();
    if matrix.ncols() != n {
        return Err(MathError::Shape {
            what: "eigendecomposition",
            left: matrix.shape(),
            right: (n, n),
        });
    }
    if matrix.iter().any(|x| !x.is_finite()) {
        return Err(MathError::NotFinite);
    }
    if n == 0 {
        return Ok(Eigen {
            values: DVector::zeros(0),
            vectors: DMatrix::zeros(0, 0),
        });
    }
    // squares of the entries are taken on the way
    let factor = toward_one(matrix.amax(), DOUBLE);
    let scaled;
    let matrix = if factor == 1.0 {
        matrix
    } else {
        scaled = matrix * factor;
        &scaled
    };
    let decomposed = view(matrix)
        .self_adjoint_eigen(Side::Lower)
        .map_err(|_| MathError::NoConvergence)?;
    let values = decomposed.S().column_vector();
    let vectors = decomposed.U();
    Ok(Eigen {
        values: DVector::from_fn(n, |i, _| values[i] / factor),
        vectors: DMatrix::from_fn(n, n, |i, j| vectors[(i, j)]),
    })
}

/// Inverse of a symmetric positive definite matrix (n x n), by Cholesky; only its lower triangle is read.
/// O(n^3).
///
/// # Errors
/// [`MathError::Shape`] if not square; [`MathError::NotFinite`] if an entry is NaN or infinite, or the
/// matrix is not positive definite.
pub fn inverse_of_positive(matrix: &DMatrix<f64>) -> Result<DMatrix<f64>, MathError> {
    let n = matrix.nrows();
    if matrix.ncols() != n {
        return Err(MathError::Shape {
            what: "inverse",
            left: matrix.shape(),
            right: (n, n),
        });
    }
    if matrix.iter().any(|x| !x.is_finite()) {
        return Err(MathError::NotFinite);
    }
    let factor = view(matrix).llt(Side::Lower);
    let inverse = factor
        .map_err(|_| MathError::NotFinite)?
        .solve(Mat::<f64>::identity(n, n));
    Ok(DMatrix::from_fn(n, n, |i, j| inverse[(i, j)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Generator;

    fn random_matrix(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
        let mut generator = Generator::new(seed);
        DMatrix::from_fn(rows, columns, |_, _| generator.normal())
    }

    #[test]
    fn products_agree_with_nalgebra() {
        for (m, k, n) in [(1, 1, 1), (7, 5, 9), (33, 64, 17), (100, 3, 130)] {
            let a = random_matrix(m, k, 1);
            let b = random_matrix(k, n, 2);
            let ours = product(&a, &b).expect("shapes agree");
            assert!((&ours - &a * &b).amax() < 1e-12);
            let narrow = product(&a.map(|x| x as f32), &b.map(|x| x as f32)).expect("shapes agree");
            assert!((narrow.map(f64::from) - &ours).amax() < 1e-4);
            assert!((outer_gram(&a) - &a * a.transpose()).amax() < 1e-12);
            assert!((inner_gram(&a) - a.transpose() * &a).amax() < 1e-12);
        }
    }

    #[test]
    fn eigendecomposition_rebuilds_the_matrix() {
        for n in [0, 1, 2, 17, 80] {
            let a = random_matrix(n, n + 3, 3);
            let gram = outer_gram(&a);
            let eigen = symmetric_eigen(&gram).expect("finite and symmetric");
            let rebuilt =
                &eigen.vectors * DMatrix::from_diagonal(&eigen.values) * eigen.vectors.transpose();
            assert!((rebuilt - gram).amax() < 1e-10);
            assert!(eigen.values.as_slice().is_sorted());
        }
    }

    #[test]
    fn eigenvalues_have_the_scale_of_the_matrix() {
        let gram = outer_gram(&random_matrix(20, 23, 4));
        let usual = symmetric_eigen(&gram).expect("finite");
        for power in [-900, -500, -150, 150, 500, 900] {
            let factor = 2_f64.powi(power);
            let made = symmetric_eigen(&(&gram * factor)).expect("finite");
            let apart = made.values / factor - &usual.values;
            assert!(apart.amax() < 1e-12 * usual.values.amax(), "2^{power}");
            assert!((made.vectors - &usual.vectors).amax() < 1e-9, "2^{power}");
        }
    }

    #[test]
    fn an_inverse_undoes_its_matrix() {
        for n in [1, 2, 17, 80] {
            let a = random_matrix(n, n + 3, 5);
            let positive = outer_gram(&a) + DMatrix::identity(n, n);
            let inverse = inverse_of_positive(&positive).expect("positive definite");
            let made = product(&positive, &inverse).expect("shapes agree");
            assert!((made - DMatrix::identity(n, n)).amax() < 1e-10);
        }
        let indefinite = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 1.0]);
        assert!(inverse_of_positive(&indefinite).is_err());
    }

    #[test]
    fn wrong_shapes_and_nan_are_errors() {
        let a = DMatrix::<f64>::zeros(2, 3);
        assert!(matches!(product(&a, &a), Err(MathError::Shape { .. })));
        assert!(matches!(symmetric_eigen(&a), Err(MathError::Shape { .. })));
        let nan = DMatrix::from_element(2, 2, f64::NAN);
        assert!(matches!(symmetric_eigen(&nan), Err(MathError::NotFinite)));
    }
}
