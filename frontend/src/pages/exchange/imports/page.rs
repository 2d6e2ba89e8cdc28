//! The page of the imports: a new import of one kind, and the history of that kind.

use songjiao_types::{
    WireEnum,
    imports::{ImportKind, ImportQuery},
};
use yew::prelude::*;

use super::{history::History, new::NewImport};
use crate::{
    components::{Crumb, EmptyState, IconName, PageHeader, Section, Tab, Tabs},
    hooks::{set_to, use_url_query},
    query::encode,
    route::Route,
    session::use_session,
};

/// The kinds, in the order in which they are offered.
const KINDS: [ImportKind; 7] = [
    ImportKind::HourRecords,
    ImportKind::Enrollments,
    ImportKind::Attendance,
    ImportKind::Lessons,
    ImportKind::Teachers,
    ImportKind::Organizations,
    ImportKind::Accounts,
];

/// The page of the imports. `?kind=` selects the kind.
#[component]
pub fn ImportsPage() -> Html {
    let session = use_session();
    // Counts the reports, so that the history is read again after each.
    let reports = use_state(|| 0_u32);
    let onreport = set_to(&reports, *reports + 1);
    // A kind may be imported by users who may create single records of it. The most frequent kinds come first.
    let mut kinds = KINDS.to_vec();
    kinds.retain(|kind| session.can(kind.permission()));
    let asked = use_url_query().read::<ImportQuery>().kind.filter(|kind| kinds.contains(kind));
    let chosen = asked.or(kinds.first().copied());
    let tabs: Vec<Tab> = kinds
        .into_iter()
        .map(|kind| Tab {
            label: t!(kind.label()).into(),
            to: Route::Imports,
            query: encode(&ImportQuery { kind: Some(kind), ..Default::default() }).into(),
            count: None,
            current: Some(kind) == chosen,
        })
        .collect();
    html! {
        <>
            <PageHeader title={t!("批量导入")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]}
                subtitle={t!("整个文件要么全部导入，要么一行也不导入。先试运行，按报告改正后再导入。")} />
            <Tabs label={t!("导入的内容")} {tabs} />
            { match chosen {
                Some(kind) => html! {
                    <>
                        <NewImport key={kind.as_str()} {kind} {onreport} />
                        <History key={format!("{kind}-{}", *reports)} {kind} />
                    </>
                },
                None => html! { <Section><EmptyState icon={IconName::Lock} title={t!("您的角色没有可导入的内容")} /></Section> },
            } }
        </>
    }
}
