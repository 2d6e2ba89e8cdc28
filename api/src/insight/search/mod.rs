//! Search 搜索: one box for the teachers, organizations and projects that the caller sees. The text is matched against
//! names, numbers and the pinyin initials 拼音首字母 of names.

mod routes;
mod rules;
mod store;

pub use routes::configure;
