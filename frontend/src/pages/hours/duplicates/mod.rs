//! Suspected duplicates 疑似重复: two sources tell of what seems the same training, and a person says
//! which of the two counts.

mod compare;
mod deciding;
mod queue;

pub use queue::QueuePage;
