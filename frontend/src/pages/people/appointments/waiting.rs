//! The appointments that wait for confirmation.

use std::{collections::BTreeSet, rc::Rc};

use songjiao_types::{
    AppointmentId,
    appointments::{AppointmentQuery, AppointmentSort, AppointmentView, ConfirmAppointments},
};
use yew::prelude::*;

use super::badges::end_reason;
use crate::{
    api::{
        ApiResult,
        appointments::{confirm_appointments, list_appointments},
    },
    components::{
        Button, ButtonKind, Column, ConfirmDialog, Crumb, DataTable, EmptyState, FilterBar, IconName, ListOutput,
        OrganizationFilter, OrganizationLink, PageHeader, SearchFilter, Section, use_toasts,
    },
    format,
    hooks::{filter, set_to, use_action, use_list, use_query_keep_previous},
    pages::people::teachers::{list_crumb, teacher_link},
    route::Route,
};

/// The columns of the printed list.
const PRINTED: &[&str] =
    &["teacher_no", "teacher_name", "organization_name", "starts_on", "ends_on", "end_reason", "reason", "recorded_at"];

type Picked = Rc<BTreeSet<AppointmentId>>;

/// The appointments that schools have reported.
#[component]
pub fn WaitingPage() -> Html {
    let list = use_list(AppointmentQuery { sort: Some(AppointmentSort::Recorded), ..Default::default() });
    let waiting = |query: AppointmentQuery| AppointmentQuery { confirmed: Some(false), ..query };
    let load = use_query_keep_previous(Some(list_appointments(&waiting(list.request()))));
    let picked = use_state(Picked::default);
    let columns = use_memo((*picked).clone(), {
        let setter = picked.setter();
        move |picked| columns(picked, &setter)
    });
    let toasts = use_toasts();
    let asking = use_state(|| false);
    let confirm = {
        let (asking, picked, reload) = (asking.clone(), picked.clone(), load.reload.clone());
        use_action(
            move |client, ids: Vec<AppointmentId>| async move {
                let body = ConfirmAppointments { ids: Some(ids), ..Default::default() };
                confirm_appointments(&client, &body).await
            },
            move |outcome: ApiResult<()>| {
                asking.set(false);
                match outcome {
                    Ok(()) => {
                        toasts.success(t!("任职已确认"));
                        picked.set(Picked::default());
                    }
                    Err(error) => toasts.failure(&error),
                }
                reload.emit(());
            },
        )
    };
    let ids: Vec<AppointmentId> = picked.iter().copied().collect();
    let rows = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let all = {
        let (setter, ids): (_, BTreeSet<AppointmentId>) = (picked.setter(), rows.iter().map(|row| row.id).collect());
        Callback::from(move |_: MouseEvent| setter.set(Rc::new(ids.clone())))
    };
    let none = set_to::<_, MouseEvent>(&picked, Picked::default());
    let empty = html! {
        <EmptyState icon={IconName::Check} title={t!("没有待确认的任职")}><p>{ t!("学校上报的任职、调动和更正会列在这里，确认后才计入应修学时和在岗人数。") }</p></EmptyState>
    };
    html! {
        <>
            <PageHeader title={t!("待确认的任职")} crumbs={vec![Crumb::to(t!("工作台"), Route::Home), list_crumb()]}
                actions={html! { <ListOutput<AppointmentView> name={t!("待确认的任职")} get={list_appointments(&waiting(list.query.clone()))} printed={PRINTED} /> }}
                subtitle={t!("学校上报、尚未确认的任职。涉及学时记录的更正，请到教师页面逐项确认。")} />
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("姓名或教师编号")} />
                    <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                </FilterBar>
                if !rows.is_empty() {
                    <div class="selection" role="group" aria-label={t!("批量操作")}>
                        <p aria-live="polite">{ t!("已选 {count} 项", count = ids.len()) }</p>
                        <Button kind={ButtonKind::Quiet} onclick={all}>{ t!("全选本页") }</Button>
                        if !ids.is_empty() {
                            <Button kind={ButtonKind::Quiet} onclick={none}>{ t!("取消选择") }</Button>
                            <Button kind={ButtonKind::Primary} icon={IconName::Check} onclick={set_to(&asking, true)}>{ t!("确认所选") }</Button>
                        }
                    </div>
                }
                <ConfirmDialog open={*asking} title={t!("确认所选的 {count} 项任职？", count = ids.len())} confirm={t!("确认任职")} danger=false
                    busy={confirm.busy} onconfirm={confirm.run.reform(move |()| ids.clone())} oncancel={set_to(&asking, false)}>
                    <p>{ t!("确认后按此计算应修学时和在岗人数，因此等待的学时可以认定。") }</p>
                </ConfirmDialog>
                <DataTable<AppointmentView> caption={t!("待确认的任职")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("项任职")} {empty} />
            </Section>
        </>
    }
}

fn columns(picked: &Picked, setter: &UseStateSetter<Picked>) -> Vec<Column<AppointmentView>> {
    let (picked, setter) = (picked.clone(), setter.clone());
    vec![
        Column::field("teacher_name", move |row: &AppointmentView| {
            let id = row.id;
            let toggle = {
                let (picked, setter) = (picked.clone(), setter.clone());
                Callback::from(move |_: Event| {
                    let mut now = (*picked).clone();
                    if !now.remove(&id) {
                        now.insert(id);
                    }
                    setter.set(Rc::new(now));
                })
            };
            html! {
                <span class="pick">
                    <input type="checkbox" checked={picked.contains(&id)} onchange={toggle} aria-label={t!("选择{name}", name = row.teacher.name)} />
                    { teacher_link(row.teacher.id, &row.teacher.name) }
                </span>
            }
        })
        .head(),
        Column::field("organization_name", |row: &AppointmentView| {
            html! { <OrganizationLink id={row.organization.id} name={row.organization.name.clone()} /> }
        }),
        Column::field("starts_on", |row: &AppointmentView| html! { format::date(row.starts_on) })
            .sorted_by("starts_on")
            .unbroken(),
        Column::field("ends_on", |row: &AppointmentView| html! { row.ends_on.map(format::date).unwrap_or_default() })
            .unbroken(),
        Column::field("end_reason", |row: &AppointmentView| html! { end_reason(row) }),
        Column::field("reason", |row: &AppointmentView| html! { row.reason.clone().unwrap_or_default() }),
        Column::field("recorded_at", |row: &AppointmentView| html! { format::date_time(row.recorded_at) })
            .sorted_by("recorded")
            .unbroken(),
    ]
}
