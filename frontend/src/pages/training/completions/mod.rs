//! Ending phases and projects 结业: what it asks for, who gets how many hours, and what is unusual.

mod dialog;
mod facts;

pub use dialog::{Answer, CompletionDialog};
