//! The list of organizations, flat or as a tree.

use songjiao_types::{
    Permission,
    organizations::{OrganizationKind, OrganizationQuery, OrganizationSort, OrganizationView},
};
use yew::prelude::*;

use super::{
    common::{kind_badge, marks, name_link},
    tree::TreeView,
};
use crate::{
    api::organizations::list_organizations,
    components::{
        ButtonKind, ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, FlagFilter, IconName,
        Link, ListDownload, OrganizationFilter, PageHeader, SearchFilter, Section, Tab, Tabs,
    },
    format,
    hooks::{List, filter, use_list, use_query_keep_previous, use_url_query},
    route::Route,
    session::use_session,
};

#[hook]
fn use_organizations() -> List<OrganizationQuery> {
    use_list(OrganizationQuery { sort: Some(OrganizationSort::Code), ..Default::default() })
}

/// The organizations in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let query = use_url_query();
    let tree = query.get("view") == Some("tree");
    let tab = |label: &'static str, query: &'static str, current: bool| Tab {
        label: label.into(),
        to: Route::Organizations,
        query: query.into(),
        count: None,
        current,
    };
    let path = list_organizations(&use_organizations().query).path().to_owned();
    let actions = html! {
        <>
            <ListDownload {path} name={t!("单位管理")} />
            if session.can(Permission::OrganizationsWrite) {
                <ButtonLink to={Route::NewOrganization} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("新增单位") }</ButtonLink>
            }
        </>
    };
    html! {
        <>
            <PageHeader title={t!("单位管理")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} {actions}
                subtitle={t!("教育局、教师进修学校、学区、中小学和幼儿园。谁能看到哪些数据，由单位的上下级关系决定。")} />
            <Tabs label={t!("单位的显示方式")} tabs={vec![tab(t!("列表"), "", !tree), tab(t!("层级"), "view=tree", tree)]} />
            if tree { <TreeView /> } else { <FlatList /> }
        </>
    }
}

#[component]
fn FlatList() -> Html {
    let session = use_session();
    let list = use_organizations();
    let load = use_query_keep_previous(Some(list_organizations(&list.request())));
    let columns = use_memo((), |()| columns());
    let empty = html! {
        <EmptyState title={t!("还没有单位")}>
            <p>{ t!("先登记本级单位的下属学区和学校，之后才能登记教师、分配账号。") }</p>
            if session.can(Permission::OrganizationsWrite) {
                <ButtonLink to={Route::NewOrganization} kind={ButtonKind::Primary}>{ t!("新增单位") }</ButtonLink>
            }
        </EmptyState>
    };
    html! {
        <Section flush=true>
            <FilterBar list={list.erase()}>
                <SearchFilter filter={filter!(list, q)} label={t!("名称或编号")} placeholder={t!("如：三中、SL-ZX")} />
                <ChoiceFilter<OrganizationKind> filter={filter!(list, kind)} label={t!("单位类型")} />
                <OrganizationFilter filter={filter!(list, parent_id)} label={t!("上级单位")} placeholder={t!("全部")} />
                <FlagFilter filter={filter!(list, rural)} label={t!("乡村学校")} />
            </FilterBar>
            <DataTable<OrganizationView> caption={t!("单位列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("个单位")} {empty} />
        </Section>
    }
}

fn columns() -> Vec<Column<OrganizationView>> {
    vec![
        Column::field("code", |row: &OrganizationView| html! { &row.code }).sorted_by("code").unbroken(),
        Column::field("name", name_link).sorted_by("name").head(),
        Column::field("kind", |row: &OrganizationView| kind_badge(row.kind)),
        Column::new(t!("标记"), marks),
        Column::field("parent_name", |row: &OrganizationView| match (row.parent_id, &row.parent_name) {
            (Some(id), Some(name)) => html! { <Link to={Route::Organization { id }}>{ name }</Link> },
            _ => html! { <span class="muted">{ "—" }</span> },
        }),
        Column::field("teacher_count", |row: &OrganizationView| html! { format::count(row.teacher_count) }).number(),
    ]
}
