//! Search 搜索: one box for teachers, organizations and projects, each as far as the caller sees
//! them. A text is looked for in names and numbers and, letters, in the 拼音首字母 of names.

mod routes;
mod rules;
mod store;

pub use routes::configure;
