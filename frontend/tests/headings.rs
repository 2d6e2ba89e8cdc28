//! The pages take the headings of columns from the API's columns: each key exists, and English has each heading.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use proc_macro2::{TokenStream, TokenTree};
use serde_json::json;
use songjiao_types::{
    Tabular, accounts::AccountView, activities::ActivityView, api_keys::ApiKeyView, appointments::AppointmentView,
    attendance::AttendanceRow, audit_log::AuditEntryView, certifications::CertificationView, credits::CreditView,
    deliverables::DeliverableView, duplicate_groups::DuplicateGroupView, enrollments::EnrollmentView,
    exemptions::ExemptionView, hour_records::HourRecordView, imports::ImportReport, lessons::LessonView,
    organizations::OrganizationView, phases::PhaseView, policies::PolicyView, projects::ProjectView, quotas::QuotaView,
    sources::SourceView, statistics::CompletionRow, teachers::TeacherView, teams::TeamMemberView, teams::TeamView,
    users::UserView, webhooks::DeliveryView, webhooks::WebhookView,
};
use support::{catalog, root, sources};
use syn::LitStr;

/// The key and the heading of each column.
type Columns = Vec<(&'static str, String)>;

fn columns<T: Tabular>(first: Option<&T>) -> Columns {
    T::columns(first).into_iter().map(|column| (column.key, column.name.into_owned())).collect()
}

/// The columns of every view, by the name of its type.
fn views() -> BTreeMap<&'static str, Columns> {
    macro_rules! views {
        ($($view:ident)+) => {
            BTreeMap::from([$((stringify!($view), columns::<$view>(None))),+])
        };
    }
    let mut views = views! {
        ActivityView ApiKeyView AppointmentView AttendanceRow AuditEntryView CertificationView CompletionRow DeliverableView DeliveryView
        DuplicateGroupView EnrollmentView ExemptionView HourRecordView ImportReport LessonView OrganizationView PhaseView PolicyView
        AccountView ProjectView QuotaView SourceView TeacherView TeamMemberView TeamView UserView WebhookView
    };
    // The columns of the years follow from a row.
    let id = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
    let year = json!({
        "training_year": 2026, "required_hours": 72.0, "recognized_hours": 0.0, "status": "short", "met": false,
    });
    let credit: CreditView = serde_json::from_value(json!({
        "teacher_id": id, "teacher_no": "T0001", "teacher_name": "李敏", "organization_id": id, "organization_name": "三中",
        "cycle_first_year": 2026, "cycle_last_year": 2030, "years": [year], "required_hours": 360.0,
        "recognized_hours": 0.0, "awaiting_hours": 0.0, "due_hours": 60.0, "remaining_hours": 360.0, "short_years": 0, "status": "behind",
    }))
    .unwrap();
    views.insert("CreditView", columns(Some(&credit)));
    views
}

/// A use of a column by a page.
struct Use {
    file: String,
    view: Option<String>,
    /// The keys, if they are literals.
    keys: Option<Vec<String>>,
}

/// The uses in a file.
struct Uses {
    file: String,
    found: Vec<Use>,
    /// The lists of keys by the names of their constants.
    lists: BTreeMap<String, Vec<String>>,
    /// The views of printed lists, with the name of the constant.
    printed: Vec<(String, String)>,
}

/// A sequence of tokens: `Some` is an identifier or a sign, `None` any token.
fn matches(tokens: &[TokenTree], pattern: &[Option<&str>]) -> bool {
    tokens.len() >= pattern.len()
        && tokens.iter().zip(pattern).all(|(token, wanted)| wanted.is_none_or(|wanted| token.to_string() == wanted))
}

fn literals(tokens: &TokenStream) -> Vec<String> {
    tokens.clone().into_iter().filter_map(|token| literal(&token)).collect()
}

fn literal(token: &TokenTree) -> Option<String> {
    syn::parse_str::<LitStr>(&token.to_string()).ok().map(|text| text.value())
}

fn contents(token: Option<&TokenTree>) -> Option<TokenStream> {
    match token {
        Some(TokenTree::Group(group)) => Some(group.stream()),
        _ => None,
    }
}

impl Uses {
    /// `row` is the type of the rows of the columns that the function around returns.
    fn walk(&mut self, tokens: TokenStream, row: Option<&str>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut row = row.map(str::to_owned);
        for (at, token) in tokens.iter().enumerate() {
            let rest = &tokens[at..];
            if matches(rest, &[Some("fn")]) && matches!(rest.get(1), Some(TokenTree::Ident(_))) {
                row = returned(rest);
            } else if matches(rest, &[Some("heading"), Some(":"), Some(":"), Some("<"), None, Some(">")]) {
                let key = contents(rest.get(6)).and_then(|arguments| literal(&arguments.into_iter().next()?));
                self.add(Some(rest[4].to_string()), key);
            } else if matches(rest, &[Some("Column"), Some(":"), Some(":"), Some("field"), None]) {
                let arguments: Vec<TokenTree> = contents(rest.get(4)).into_iter().flatten().collect();
                let view = closure(&arguments).or_else(|| row.clone());
                self.add(view, arguments.first().and_then(literal));
            } else if matches(
                rest,
                &[Some("Column"), Some(":"), Some(":"), Some("<"), None, Some(">"), None, None, Some("field")],
            ) {
                let key = contents(rest.get(9)).and_then(|arguments| literal(&arguments.into_iter().next()?));
                self.add(Some(rest[4].to_string()), key);
            } else if matches(rest, &[Some("ListOutput"), Some("<"), None, Some(">")]) {
                let list = rest.windows(3).find(|it| matches(it, &[Some("printed"), Some("="), None]));
                let list = list.and_then(|it| contents(it.get(2))).map(|name| name.to_string()).unwrap_or_default();
                self.printed.push((rest[2].to_string(), list));
            } else if matches(rest, &[Some("const"), None, Some(":"), Some("&"), None, Some("="), Some("&"), None]) {
                let keys = contents(rest.get(7)).map(|list| literals(&list)).unwrap_or_default();
                self.lists.insert(rest[1].to_string(), keys);
            }
            if let TokenTree::Group(group) = token {
                self.walk(group.stream(), row.as_deref());
            }
        }
    }

    fn add(&mut self, view: Option<String>, key: Option<String>) {
        self.found.push(Use { file: self.file.clone(), view, keys: key.map(|key| vec![key]) });
    }
}

/// The row type of a function that returns columns.
fn returned(tokens: &[TokenTree]) -> Option<String> {
    let signature = tokens.iter().take_while(|token| !matches!(token.to_string().chars().next(), Some('{' | ';')));
    let signature: Vec<TokenTree> = signature.cloned().collect();
    signature
        .windows(4)
        .find(|it| matches(it, &[Some("Column"), Some("<"), None, Some(">")]))
        .map(|it| it[2].to_string())
}

/// The row type of a closure: `|row: &TeacherView|`.
fn closure(arguments: &[TokenTree]) -> Option<String> {
    let found = arguments.windows(5).find(|it| matches(it, &[Some("|"), None, Some(":"), Some("&"), None]));
    found.map(|it| it[4].to_string())
}

/// All uses by the pages and components. Generic code leaves the type to its callers.
fn uses() -> Vec<Use> {
    let mut all = Vec::new();
    for path in sources(&root().join("src")) {
        let file = path.strip_prefix(root()).unwrap().display().to_string();
        let mut uses = Uses { file, found: Vec::new(), lists: BTreeMap::new(), printed: Vec::new() };
        uses.walk(fs::read_to_string(&path).unwrap().parse().unwrap(), None);
        let Uses { file, found, lists, printed } = uses;
        all.extend(found);
        all.extend(printed.into_iter().map(|(view, list)| Use {
            file: file.clone(),
            view: Some(view),
            keys: lists.get(&list).cloned(),
        }));
    }
    all.retain(|one| one.view.as_deref() != Some("T"));
    all
}

#[test]
fn every_column_of_a_page_is_a_column_of_the_api() {
    let (views, uses) = (views(), uses());
    assert!(uses.len() > 250, "{}", uses.len());
    let mut unknown = Vec::new();
    for Use { file, view, keys } in &uses {
        let columns = view.as_deref().and_then(|view| views.get(view));
        let exists = |key: &String| columns.is_some_and(|columns| columns.iter().any(|(known, _)| known == key));
        if !keys.as_ref().is_some_and(|keys| !keys.is_empty() && keys.iter().all(exists)) {
            unknown.push((file, view, keys));
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn every_table_of_the_api_is_checked() {
    let mut known = BTreeSet::new();
    for path in sources(&root().join("../api/types/src")) {
        let source = fs::read_to_string(path).unwrap();
        let names = source.lines().filter_map(|line| line.strip_prefix("impl Tabular for ")?.split_once(' '));
        known.extend(names.map(|(name, _)| name.to_owned()));
    }
    let listed: BTreeSet<String> = views().into_keys().map(str::to_owned).collect();
    assert_eq!(known, listed);
}

#[test]
fn a_view_has_one_column_for_each_key() {
    for (view, columns) in views() {
        let keys: BTreeSet<&str> = columns.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys.len(), columns.len(), "{view}");
    }
}

#[test]
fn english_has_every_heading() {
    let catalog = catalog();
    let views = views();
    let all = views.iter().flat_map(|(view, columns)| columns.iter().map(move |(_, heading)| (view, heading)));
    let missing: Vec<_> = all
        .filter(|(_, heading)| {
            !catalog.contains_key(*heading) && !catalog.contains_key(&heading.replace("2026", "{year}"))
        })
        .collect();
    assert!(missing.is_empty(), "not in i18n/en.json: {missing:#?}");
}
