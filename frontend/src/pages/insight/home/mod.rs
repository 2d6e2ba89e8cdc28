//! The desk 工作台: the figures of what is visible to the user, and what waits for the user.

mod common;
mod counted;
mod hours;
mod next;
mod overview;
mod page;
mod task;
mod teacher;
mod work;

pub use page::{HomePage, TeacherPage};
pub use work::Work;
