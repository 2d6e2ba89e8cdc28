//! The desk 工作台: how things stand within what the reader sees, and what waits to be done.

mod common;
mod hours;
mod next;
mod overview;
mod page;
mod teacher;
mod work;

pub use page::{HomePage, TeacherPage};
pub use work::Work;
