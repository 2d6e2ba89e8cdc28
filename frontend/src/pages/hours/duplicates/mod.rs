//! Suspected duplicates 疑似重复: two sources report what seems to be the same training, and the user decides which record
//! counts.

mod compare;
mod deciding;
mod queue;

pub use queue::QueuePage;
