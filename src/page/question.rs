//! A question before something is lost.

use std::rc::Rc;

/// An answer: what its button says, and what it does.
pub type Answer = (&'static str, Rc<dyn Fn()>);

/// A question.
#[derive(Clone)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// Answers that change something.
    pub answers: Vec<Answer>,
    /// The answer that changes nothing, which Escape gives as well.
    pub last: Answer,
}

impl Question {
    /// A question with one answer that changes something, and one that does not.
    pub fn new(
        text: impl Into<String>,
        (yes, call): (&'static str, impl Fn() + 'static),
        (no, otherwise): (&'static str, impl Fn() + 'static),
    ) -> Self {
        Self {
            text: text.into(),
            answers: vec![(yes, Rc::new(call))],
            last: (no, Rc::new(otherwise)),
        }
    }

    /// The same with another answer that changes something.
    #[must_use]
    pub fn or(mut self, answer: &'static str, call: impl Fn() + 'static) -> Self {
        self.answers.push((answer, Rc::new(call)));
        self
    }
}
