//! Projects 培训项目: the plan, the status, and the tabs with everything that belongs to a project.

mod about;
mod calendar;
mod common;
mod detail;
mod form;
mod hours;
mod lessons;
mod list;
mod status;
mod tabs;

pub use common::{ProjectField, ProjectFilter, is_live, list_crumb, project_crumb, status_badge};
pub use detail::DetailPage;
pub use form::{CreatePage, EditPage};
pub use list::ListPage;
pub use tabs::{FirstTab, OtherTab};
