//! The list of API keys.

use songjiao_types::{
    WireEnum,
    api_keys::{ApiKeyQuery, ApiKeySort, ApiKeyStatus, ApiKeyView, IssuedApiKey},
};
use yew::prelude::*;

use super::{
    actions::Actions,
    common::{expiry, status_badge},
    form::CreateForm,
};
use crate::{
    api::api_keys::list_api_keys,
    components::{
        Button, ButtonKind, ChoiceFilter, Column, Crumb, DataTable, Dialog, EmptyState, FilterBar, IconName, Link,
        ListDownload, OrganizationFilter, PageHeader, SearchFilter, SecretDialog, Section,
    },
    format,
    hooks::{filter, set_to, use_list, use_query_keep_previous},
    route::Route,
};

/// The keys in scope.
#[component]
pub fn ListPage() -> Html {
    let list = use_list(ApiKeyQuery { sort: Some(ApiKeySort::Name), ..Default::default() });
    let load = use_query_keep_previous(Some(list_api_keys(&list.request())));
    let making = use_state(|| false);
    let issued = use_state(|| None::<IssuedApiKey>);
    let show = {
        let (making, issued, reload) = (making.clone(), issued.clone(), load.reload.clone());
        Callback::from(move |key: IssuedApiKey| {
            making.set(false);
            issued.set(Some(key));
            reload.emit(());
        })
    };
    let close = set_to(&issued, None);
    let add = html! {
        <Button kind={ButtonKind::Primary} icon={IconName::Plus} onclick={set_to(&making, true)}>{ t!("新建接口密钥") }</Button>
    };
    let empty = html! {
        <EmptyState icon={IconName::Key} title={t!("还没有接口密钥")}>
            <p>{ t!("省平台或脚本要调用接口时，为它新建一个密钥，只给所需的权限。") }</p>{ add.clone() }
        </EmptyState>
    };
    let columns = columns(show.clone(), load.reload.clone());
    let path = list_api_keys(&list.query).path().to_owned();
    html! {
        <>
            <PageHeader title={t!("接口密钥")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]} actions={html! { <><ListDownload {path} name={t!("接口密钥")} />{ add }</> }}
                subtitle={t!("供其他系统和脚本调用接口。密钥按自身权限工作，与创建人以后的权限无关；不再使用时请吊销。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("名称")} />
                    <ChoiceFilter<ApiKeyStatus> filter={filter!(list, status)} label={t!("状态")} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                </FilterBar>
                <DataTable<ApiKeyView> caption={t!("接口密钥列表")} {columns} {load} list={list.erase()} unit={t!("个密钥")} {empty} />
            </Section>
            <Dialog open={*making} wide=true title={t!("新建接口密钥")} onclose={set_to(&making, false)}>
                <CreateForm onissued={show} oncancel={set_to(&making, false)} />
            </Dialog>
            { secret(issued.as_ref(), close) }
        </>
    }
}

/// The dialog with the secret of a new or rotated key.
fn secret(issued: Option<&IssuedApiKey>, onclose: Callback<()>) -> Html {
    let title = issued.map(|issued| t!("“{name}”的密钥", name = issued.key.name)).unwrap_or_default();
    let secret = issued.and_then(|issued| issued.secret.clone()).map(AttrValue::from);
    html! {
        <SecretDialog open={issued.is_some()} {title} {secret} {onclose}>
            <p class="muted">{ t!("系统只保留密钥的摘要。调用接口时放在请求头中：") }<code>{ "Authorization: Bearer sjk_…" }</code></p>
        </SecretDialog>
    }
}

fn columns(onissued: Callback<IssuedApiKey>, reload: Callback<()>) -> Vec<Column<ApiKeyView>> {
    vec![
        Column::field("name", |row: &ApiKeyView| html! { &row.name }).sorted_by("name").head(),
        Column::new(t!("单位"), |row: &ApiKeyView| {
            html! { <Link to={Route::Organization { id: row.organization.id }}>{ &row.organization.name }</Link> }
        }),
        Column::field("scopes", |row: &ApiKeyView| {
            let scopes: Vec<_> = row.scopes.iter().map(|scope| t!(scope.label())).collect();
            html! { scopes.join(t!("、")) }
        }),
        Column::field("source", |row: &ApiKeyView| html! { row.source.as_deref().unwrap_or_default() }),
        Column::field("secrets", |row: &ApiKeyView| {
            html! { <>{ for row.secrets.iter().map(|secret| html! { <div><code>{ &secret.prefix }</code></div> }) }</> }
        })
        .unbroken(),
        Column::field("status", status_badge),
        Column::field("expires_at", expiry).unbroken(),
        Column::field("last_used_at", |row: &ApiKeyView| match row.last_used_at {
            Some(at) => html! { format::date_time(at) },
            None => html! { <span class="muted">{ t!("从未使用") }</span> },
        })
        .unbroken(),
        Column::field("created_by_name", |row: &ApiKeyView| html! { &row.created_by_name }),
        Column::new(t!("操作"), move |row: &ApiKeyView| {
            html! { <Actions key={row.id.to_string()} api_key={row.clone()} onissued={onissued.clone()} reload={reload.clone()} /> }
        })
        .actions(),
    ]
}
