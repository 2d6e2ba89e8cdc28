//! The list of the audit log, with the changes of an entry.

use songjiao_types::{
    Page, UserId, WireEnum,
    audit_log::{AuditEntryView, AuditLogQuery},
    users::{UserQuery, UserView},
};
use yew::prelude::*;

use super::{
    diff::{Change, changes},
    labels,
};
use crate::{
    api::{
        Get,
        audit_log::list_audit_log,
        users::{find_user, list_users},
    },
    components::{
        Button, ButtonKind, Column, Crumb, DataTable, DateFilter, Dialog, EmptyState, FilterBar, IconName, KeyValues,
        Link, ListDownload, MATCHES, OptionFilter, PageHeader, Pickable, PickerFilter, RowTable, SearchFilter, Section,
    },
    format,
    hooks::{filter, set_to, use_list, use_query_keep_previous},
    i18n::heading,
    route::{Route, page_at},
};

impl Pickable for UserView {
    type Id = UserId;
    type Query = UserQuery;

    fn search(within: UserQuery, q: Option<String>) -> Get<Page<Self>> {
        list_users(&UserQuery { q, limit: Some(MATCHES), ..within })
    }

    fn find(id: UserId) -> Get<Self> {
        find_user(id)
    }

    fn id(&self) -> UserId {
        self.id
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn detail(&self) -> String {
        format!("{} · {} · {}", self.username, t!(self.role.label()), self.organization.name)
    }
}

/// The audit log.
#[component]
pub fn ListPage() -> Html {
    // The API supports a single order: newest first.
    let list = use_list(AuditLogQuery::default());
    let load = use_query_keep_previous(Some(list_audit_log(&list.request())));
    let shown = use_state(|| None::<AuditEntryView>);
    let columns = use_memo((), |()| {
        let show = shown.setter();
        columns(&Callback::from(move |entry: AuditEntryView| show.set(Some(entry))))
    });
    let close = set_to(&shown, None);
    let entities = labels::ENTITIES.iter().map(|(id, label, _)| ((*id).into(), t!(label).into())).collect::<Vec<_>>();
    let actions = labels::ACTIONS.iter().map(|(id, label)| ((*id).into(), t!(label).into())).collect::<Vec<_>>();
    let empty = html! { <EmptyState icon={IconName::Clock} title={t!("还没有操作记录")} /> };
    let title = shown.as_ref().map(|entry| t!("第 {seq} 条记录", seq = entry.seq)).unwrap_or_default();
    let path = list_audit_log(&list.query).path().to_owned();
    html! {
        <>
            <PageHeader title={t!("操作日志")} actions={html! { <ListDownload {path} name={t!("操作日志")} /> }} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]}
                subtitle={t!("谁在何时、从何处改动了什么。记录前后相连，不能修改或删除。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <DateFilter filter={filter!(list, from)} label={t!("起始日期")} />
                    <DateFilter filter={filter!(list, to)} label={t!("截止日期")} />
                    <PickerFilter<UserView> filter={filter!(list, user_id)} label={t!("用户")} placeholder={t!("全部")} />
                    <OptionFilter filter={filter!(list, action)} label={t!("操作")} options={actions} />
                    <OptionFilter filter={filter!(list, entity)} label={t!("对象")} options={entities} />
                    <SearchFilter filter={filter!(list, entity_id)} label={t!("对象标识")} placeholder={t!("完整的标识")} />
                </FilterBar>
                <DataTable<AuditEntryView> caption={t!("操作日志")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("条记录")} {empty} />
            </Section>
            <Dialog open={shown.is_some()} {title} onclose={close} side=true>
                if let Some(entry) = &*shown { { detail(entry) } }
            </Dialog>
        </>
    }
}

fn columns(show: &Callback<AuditEntryView>) -> Vec<Column<AuditEntryView>> {
    let show = show.clone();
    vec![
        Column::field("at", |row: &AuditEntryView| html! { format::date_time(row.at) }).unbroken(),
        Column::field("username", |row: &AuditEntryView| match row.user_id {
            Some(id) => html! { <Link to={Route::User { id }}>{ &row.username }</Link> },
            None => html! { <span class="muted">{ who(row) }</span> },
        }),
        Column::field("action", |row: &AuditEntryView| html! { labels::action(&row.action) }),
        Column::field("entity", |row: &AuditEntryView| {
            let to = labels::path(&row.entity, &row.entity_id).and_then(|path| page_at(&path));
            html! {
                <>
                    { labels::entity(&row.entity) }
                    if let Some(name) = name_of(row) { { " " }<span class="muted">{ name }</span> }
                    if let Some(to) = to { { " " }<Link {to}>{ t!("查看") }</Link> }
                </>
            }
        })
        .head(),
        Column::field("ip", |row: &AuditEntryView| code(&row.ip)).unbroken(),
        Column::new(t!("变更内容"), move |row: &AuditEntryView| {
            let onclick = {
                let (show, row) = (show.clone(), row.clone());
                Callback::from(move |_: MouseEvent| show.emit(row.clone()))
            };
            html! {
                <Button kind={ButtonKind::Quiet} {onclick} label={t!("{summary}，第 {seq} 条记录", summary = summary(row), seq = row.seq)}>
                    { summary(row) }
                </Button>
            }
        }),
    ]
}

/// The actor of an entry without a user.
fn who(entry: &AuditEntryView) -> String {
    if matches!(entry.username.as_str(), "" | "system") { t!("系统").to_owned() } else { entry.username.clone() }
}

/// The name of the record, as far as the entry has it.
fn name_of(entry: &AuditEntryView) -> Option<String> {
    let document = entry.after.as_ref().or(entry.before.as_ref())?;
    let name =
        ["title", "lesson_title", "name", "teacher_name", "username"].iter().find_map(|field| document.get(field));
    name.and_then(|name| name.as_str()).map(str::to_owned)
}

/// The number of changed fields.
fn summary(entry: &AuditEntryView) -> String {
    let count = changes(entry.before.as_ref(), entry.after.as_ref()).len();
    match (entry.before.is_some(), entry.after.is_some()) {
        (true, true) => t!("{count} 项变更", count),
        (false, false) => t!("详情").to_owned(),
        _ => t!("{count} 项内容", count),
    }
}

fn detail(entry: &AuditEntryView) -> Html {
    let items = vec![
        (heading::<AuditEntryView>("at"), html! { format::date_time(entry.at) }),
        (heading::<AuditEntryView>("username"), html! { who(entry) }),
        (heading::<AuditEntryView>("action"), html! { labels::action(&entry.action) }),
        (heading::<AuditEntryView>("entity"), html! { labels::entity(&entry.entity) }),
        (heading::<AuditEntryView>("entity_id"), code(&entry.entity_id)),
        (heading::<AuditEntryView>("ip"), code(&entry.ip)),
        (heading::<AuditEntryView>("request_id"), code(&entry.request_id)),
        (heading::<AuditEntryView>("hash"), code(&entry.hash)),
    ];
    let rows = changes(entry.before.as_ref(), entry.after.as_ref());
    html! {
        <div class="diff">
            if rows.is_empty() {
                <p class="muted">{ t!("这项操作没有改动数据内容。") }</p>
            } else {
                <RowTable<Change> caption={t!("变更内容")} columns={diff_columns(entry)} {rows} />
            }
            <KeyValues {items} />
        </div>
    }
}

/// An identifier, if there is one.
fn code(text: &str) -> Html {
    if text.is_empty() {
        html! { <span class="muted">{ "—" }</span> }
    } else {
        html! { <code class="break">{ text }</code> }
    }
}

fn diff_columns(entry: &AuditEntryView) -> Vec<Column<Change>> {
    let entity = entry.entity.clone();
    let mut columns =
        vec![Column::new(t!("字段"), move |change: &Change| html! { labels::field(&entity, &change.path) })];
    let shown = |entity: String, value: fn(&Change) -> Option<&serde_json::Value>, class: &'static str| {
        move |change: &Change| match labels::value(&entity, &change.path, value(change)) {
            Some(text) => html! { <span class={class}>{ text }</span> },
            None => html! { <span class="muted">{ "—" }</span> },
        }
    };
    if entry.before.is_some() {
        columns.push(Column::new(
            heading::<AuditEntryView>("before"),
            shown(entry.entity.clone(), |it| it.before.as_ref(), "diff__before"),
        ));
    }
    if entry.after.is_some() {
        columns.push(Column::new(
            heading::<AuditEntryView>("after"),
            shown(entry.entity.clone(), |it| it.after.as_ref(), "diff__after"),
        ));
    }
    columns
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry() -> AuditEntryView {
        AuditEntryView {
            seq: 7,
            at: "2026-10-12T01:30:00Z".parse().expect("an instant"),
            user_id: None,
            username: String::new(),
            action: "update".into(),
            entity: "lesson".into(),
            entity_id: "7".into(),
            before: None,
            after: None,
            ip: "10.20.3.4".into(),
            request_id: "r-7".into(),
            hash: "00".into(),
        }
    }

    #[test]
    fn an_entry_has_a_summary() {
        let mut entry = entry();
        assert_eq!((who(&entry).as_str(), summary(&entry).as_str(), name_of(&entry)), ("系统", "详情", None));
        entry.after = Some(json!({"title": "《荷花》", "grade": "good"}));
        assert_eq!((summary(&entry).as_str(), name_of(&entry).as_deref()), ("2 项内容", Some("《荷花》")));
        entry.before = Some(json!({"title": "《荷花》", "grade": null}));
        assert_eq!(summary(&entry), "1 项变更");
    }
}
