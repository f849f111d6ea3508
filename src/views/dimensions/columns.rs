//! Columns of the table of dimensions that the main analysis leaves out.

use crate::analysis::Options;
use crate::engine::{Engine, Stopped};
use crate::math::ridge::Mapping;
use crate::study::Study;
use crate::workflow::{SecondaryAnalyses, analyse};

impl<E: Engine> SecondaryAnalyses<'_, E> {
    /// Universality of every dimension by another mapping.
    ///
    /// # Errors
    /// [`Stopped`] when cancelled or when a job fails.
    pub async fn universality_by(&self, mapping: Mapping) -> Result<Vec<f64>, Stopped> {
        let study = Study {
            brains: Vec::new(),
            ..self.study.clone()
        };
        let options = Options {
            mapping,
            ..self.options.clone()
        };
        let outcome = analyse(self.engine, &study, &options, self.report).await?;
        Ok(outcome.dimensions.universality)
    }
}
