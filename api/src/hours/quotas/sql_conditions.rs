//! The teachers of a list of quotas or credits, as conditions of hand-written SQL: the list filters and
//! sorts by computed figures, which the query builder cannot express readably.

use diesel::{
    query_builder::{BoxedSqlQuery, SqlQuery},
    sql_query,
    sql_types::{BigInt, Text},
};
use songjiao_types::{TeacherId, WireEnum, training::Stage};

use crate::{
    auth::{CurrentUser, scope::Scope},
    db::{
        MultiBackend, initials,
        types::{DbUuid, contains_pattern},
    },
    visibility::by_assignment_only,
};

#[derive(Clone)]
enum Value {
    Text(String),
    Number(i64),
    Teacher(TeacherId),
}

/// Conditions on `t` (teachers) and `o` (organizations), joined by AND, with the values that they bind.
/// Placeholders are numbered in the order of their first appearance, as SQLite reads them.
#[derive(Clone, Default)]
pub struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
}

/// The filters that all lists of teachers have.
#[derive(Default)]
pub struct TeacherFilter<'a> {
    pub q: Option<&'a str>,
    pub stage: Option<Stage>,
    pub subject: Option<&'a str>,
}

impl Conditions {
    /// Returns the conditions of the teachers whose figures the caller sees, within a scope inside the caller's:
    /// `teachers_with_visible_figures` in SQL. The search for a text is `teacher_matches!` in SQL.
    pub fn visible(user: &CurrentUser, scope: &Scope, filter: &TeacherFilter<'_>) -> Self {
        let mut all = Self::default();
        if by_assignment_only(user) {
            let own = user.teacher_id.map(|own| all.teacher(own));
            all.add(own.map_or_else(|| "1 = 0".to_owned(), |own| format!("t.id = {own}")));
        }
        if !scope.is_everything() {
            let [root, below, beyond] = [&scope.root, &scope.below, &scope.beyond].map(|path| all.text(path));
            all.add(format!("(o.path = {root} OR (o.path >= {below} AND o.path < {beyond}))"));
        }
        if let Some(stage) = filter.stage {
            let stage = all.text(stage.as_str());
            all.add(format!("t.stage = {stage}"));
        }
        if let Some(subject) = filter.subject {
            let subject = all.text(subject);
            all.add(format!("t.subject = {subject}"));
        }
        if let Some(text) = filter.q {
            let pattern = all.text(&contains_pattern(text));
            let initials = all.text(&initials::pattern(text));
            let like = |column: &str, pattern: &str| format!("{column} LIKE {pattern} ESCAPE '\\'");
            all.add(format!(
                "({} OR {} OR {})",
                like("LOWER(t.name)", &pattern),
                like("LOWER(t.teacher_no)", &pattern),
                like("t.initials", &initials)
            ));
        }
        all
    }

    /// Adds a condition.
    pub fn add(&mut self, condition: String) {
        self.texts.push(condition);
    }

    /// Binds a text and returns its placeholder.
    pub fn text(&mut self, text: &str) -> String {
        self.bind(Value::Text(text.to_owned()))
    }

    fn number(&mut self, number: i64) -> String {
        self.bind(Value::Number(number))
    }

    fn teacher(&mut self, id: TeacherId) -> String {
        self.bind(Value::Teacher(id))
    }

    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// Takes the conditions so far; more may be added for an outer statement.
    pub fn take_texts(&mut self) -> String {
        match std::mem::take(&mut self.texts) {
            texts if texts.is_empty() => "1 = 1".to_owned(),
            texts => texts.join(" AND "),
        }
    }

    /// Returns a statement with the values bound.
    pub fn query<'f>(self, sql: String) -> BoxedSqlQuery<'f, MultiBackend, SqlQuery> {
        self.values.into_iter().fold(sql_query(sql).into_boxed(), |query, value| match value {
            Value::Text(text) => query.bind::<Text, _>(text),
            Value::Number(number) => query.bind::<BigInt, _>(number),
            Value::Teacher(id) => query.bind::<DbUuid, _>(id),
        })
    }
}

/// Adds the condition that a row follows the key `(column, id)`.
pub fn page_after(conditions: &mut Conditions, column: &str, descending: bool, key: Key, id: TeacherId) {
    let key = match key {
        Key::Text(text) => conditions.text(&text),
        Key::Number(number) => conditions.number(number),
    };
    let id = conditions.teacher(id);
    let sign = if descending { '<' } else { '>' };
    conditions.add(format!("({column} {sign}= {key} AND ({column} {sign} {key} OR id {sign} {id}))"));
}

/// The value of the sort column after which a page begins.
pub enum Key {
    Text(String),
    Number(i64),
}
