//! The activities of a phase, or of a project without phases.

use std::rc::Rc;

use chrono::NaiveDate;
use songjiao_types::{
    Hours, Permission, WireEnum,
    activities::{ActivityStatus, ActivityView, CancelActivity},
    projects::{ProjectStatus, ProjectView},
};
use yew::prelude::*;

use super::form::ActivityForm;
use crate::{
    api::{
        completions::{cancel_activity, reinstate_activity},
        phases::{ActivityParent, delete_activity, list_activities},
    },
    components::{
        ActionButton, Button, ButtonKind, Column, ConfirmDialog, DataTable, Dialog, EmptyState, IconName, Link,
        ReasonDialog, Section, Success, Tone, Work, badge, use_reported_action,
    },
    format,
    hooks::{both, set_to, use_query},
    route::Route,
    session::use_session,
};

/// Properties of [`Activities`].
#[derive(Properties, PartialEq)]
pub struct ActivitiesProps {
    pub of: ActivityParent,
    pub project: ProjectView,
    /// Whether activities can be added, changed and deleted.
    pub may_change: bool,
    /// The first and the last planned day of the phase.
    #[prop_or_default]
    pub planned: Option<(Option<NaiveDate>, Option<NaiveDate>)>,
    pub onchange: Callback<()>,
}

/// The open dialog.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    /// For the given activity, or for a new one.
    Form(Option<Rc<ActivityView>>),
    Delete(Rc<ActivityView>),
    Cancel(Rc<ActivityView>),
}

/// The list with its actions.
#[component]
pub fn Activities(props: &ActivitiesProps) -> Html {
    let ActivitiesProps { of, project, may_change, planned, onchange } = props;
    let load = use_query(Some(list_activities(*of)));
    let open = use_state(|| Open::Nothing);
    let changed = both(&load.reload, onchange);
    let rows = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let rows: Vec<&ActivityView> = rows.iter().filter(|row| row.status != ActivityStatus::Cancelled).collect();
    let hours: Hours = rows.iter().map(|row| row.hours).sum();
    let days: i32 = rows.iter().map(|row| row.days).sum();
    let columns = use_memo((project.clone(), *may_change, hours, days), {
        let (open, changed) = (open.setter(), changed.clone());
        move |(project, may_change, hours, days)| columns(project, *may_change, *hours, *days, open, changed)
    });
    let add = html! {
        if *may_change {
            <Button icon={IconName::Plus} onclick={set_to(&open, Open::Form(None))}>{ t!("添加活动") }</Button>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Calendar} title={t!("还没有安排活动")}>
            <p>{ if *may_change { t!("安排活动的日期、形式和学时；学时按活动的考勤生成。") } else { t!("送培团队安排活动后会显示在这里。") } }</p>
        </EmptyState>
    };
    let dialog = match &*open {
        Open::Nothing => Html::default(),
        Open::Form(activity) => html! {
            <Dialog open=true wide=true title={if activity.is_some() { t!("编辑活动") } else { t!("添加活动") }} onclose={set_to(&open, Open::Nothing)}>
                <ActivityForm of={*of} team={project.team_id} activity={activity.clone()} suggested={planned.and_then(|(first, _)| first)}
                    onclose={set_to(&open, Open::Nothing)} onchange={changed} />
            </Dialog>
        },
        Open::Cancel(activity) => html! {
            <CancelDialog activity={activity.clone()} onclose={set_to(&open, Open::Nothing)} onchange={changed} />
        },
        Open::Delete(activity) => html! {
            <DeleteDialog activity={activity.clone()} onclose={set_to(&open, Open::Nothing)} onchange={changed} />
        },
    };
    html! {
        <Section title={t!("活动")} flush=true actions={add}>
            <DataTable<ActivityView> caption={t!("活动")} columns={(*columns).clone()} {load} {empty} />
            { dialog }
        </Section>
    }
}

fn columns(
    project: &ProjectView,
    may_change: bool,
    hours: Hours,
    days: i32,
    open: UseStateSetter<Open>,
    changed: Callback<()>,
) -> Vec<Column<ActivityView>> {
    let admitted = project.counts.admitted;
    let of_project = project.dimension;
    let attended =
        matches!(project.status, ProjectStatus::Running | ProjectStatus::Completed | ProjectStatus::Archived);
    let mut columns = vec![
        Column::field("title", |row: &ActivityView| {
            html! {
                <>
                    <span class="strong">{ &row.title }</span>
                    if row.status == ActivityStatus::Cancelled {
                        { badge(Tone::Neutral, t!("已取消")) }
                        if let Some(reason) = &row.status_reason { <span class="muted small lines">{ reason }</span> }
                    }
                    if !row.concerns.is_empty() {
                        <span class="muted small lines">
                            { t!("参加：{names}", names = named(row.concerns.iter().map(|organization| organization.name.as_str()))) }
                        </span>
                    }
                    if !row.delivered_by.is_empty() {
                        <span class="muted small lines">
                            { t!("主讲：{names}", names = named(row.delivered_by.iter().map(|teacher| teacher.teacher_name.as_str()))) }
                        </span>
                    }
                    if let Some(text) = &row.description { <span class="muted small lines">{ text }</span> }
                </>
            }
        })
        .head(),
        Column::field("held_on", |row: &ActivityView| {
            html! { format::period(Some(row.held_on), Some(row.ends_on)) }
        }),
        Column::field("form", |row: &ActivityView| html! { t!(row.form.label()) }).unbroken(),
        Column::field("dimension", move |row: &ActivityView| {
            html! { row.dimension.or(of_project).map_or("—", |dimension| t!(dimension.label())) }
        }),
        Column::field("place", |row: &ActivityView| {
            let said: Vec<&str> =
                [&row.organization_name, &row.place].into_iter().flatten().map(String::as_str).collect();
            if said.is_empty() {
                html! { <span class="muted">{ t!("未定") }</span> }
            } else {
                html! { said.join(" ") }
            }
        }),
        Column::field("days", |row: &ActivityView| html! { row.days }).number().total(html! { days }),
        Column::field("hours", |row: &ActivityView| html! { row.hours.to_string() })
            .number()
            .total(html! { hours.to_string() }),
        Column::field("attendance_count", move |row: &ActivityView| {
            html! { <AttendanceCell activity={row.clone()} {admitted} {attended} /> }
        }),
    ];
    if may_change {
        columns.push(
            Column::new(t!("操作"), move |row: &ActivityView| {
                let row = Rc::new(row.clone());
                let (edit, delete, cancel) = (open.clone(), open.clone(), open.clone());
                let (edited, deleted, cancelled) = (row.clone(), row.clone(), row.clone());
                if row.status == ActivityStatus::Cancelled {
                    return html! { <ReinstateButton activity={row} onchange={changed.clone()} /> };
                }
                html! {
                    <span class="row-actions">
                        if row.status == ActivityStatus::Planned {
                            <Button kind={ButtonKind::Quiet} label={t!("取消活动“{title}”", title = row.title)}
                                onclick={Callback::from(move |_| cancel.set(Open::Cancel(cancelled.clone())))}>{ t!("取消活动") }</Button>
                        }
                        <Button kind={ButtonKind::Quiet} label={t!("编辑活动“{title}”", title = row.title)}
                            onclick={Callback::from(move |_| edit.set(Open::Form(Some(edited.clone()))))}>{ t!("编辑") }</Button>
                        <Button kind={ButtonKind::Quiet} label={t!("删除活动“{title}”", title = row.title)}
                            onclick={Callback::from(move |_| delete.set(Open::Delete(deleted.clone())))}>{ t!("删除") }</Button>
                    </span>
                }
            })
            .actions(),
        );
    }
    columns
}

#[derive(Properties, PartialEq)]
struct AttendanceCellProps {
    activity: ActivityView,
    admitted: i64,
    /// Whether the project has started, so that attendance is taken.
    attended: bool,
}

/// How many participants have a mark, or how many marks are missing, as a link to the sheet.
#[component]
fn AttendanceCell(props: &AttendanceCellProps) -> Html {
    let AttendanceCellProps { activity, admitted, attended } = props;
    let session = use_session();
    let begun = activity.held_on <= format::today();
    if activity.status == ActivityStatus::Cancelled || !begun {
        return html! { <span class="muted">{ "—" }</span> };
    }
    let taking = session.can(Permission::AttendanceWrite) && activity.attendance_missing > 0;
    let said = marks(taking, activity);
    if *attended && *admitted > 0 {
        html! { <Link to={Route::Attendance { id: activity.id }} class="touch">{ said }</Link> }
    } else {
        html! { <span class="muted">{ "—" }</span> }
    }
}

/// On one day every participant whom it concerns has a mark or lacks it; on several, the missing marks are counted.
fn marks(taking: bool, activity: &ActivityView) -> String {
    let verb = if taking { t!("登记") } else { t!("查看") };
    let (count, missing) = (activity.attendance_count, activity.attendance_missing);
    match (activity.days, missing) {
        (1, _) => format!("{verb} {count}/{}", count + missing),
        (_, 0) => t!("{verb} {count} 人", verb, count),
        (_, _) => t!("{verb}（缺 {missing} 人次）", verb, missing),
    }
}

fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(t!("、"))
}

#[component]
fn CancelDialog(props: &DeleteDialogProps) -> Html {
    let DeleteDialogProps { activity, onclose, onchange } = props;
    let id = activity.id;
    let work = Work::new(move |client, reason| async move {
        cancel_activity(&client, id, &CancelActivity { reason }).await?;
        Ok(Success::toast(t!("活动已取消")))
    });
    let cancel = use_reported_action(&work, onclose.clone(), onchange.clone());
    html! {
        <ReasonDialog open=true title={t!("取消活动“{title}”？", title = activity.title)} confirm={t!("确认取消活动")} label={t!("取消原因")}
            placeholder={t!("如：汛期停课")} busy={cancel.busy} onconfirm={cancel.run.clone()} oncancel={onclose.clone()}>
            <p>{ t!("取消的活动不计学时和缺勤，需要时可以恢复。") }</p>
        </ReasonDialog>
    }
}

#[derive(Properties, PartialEq)]
struct ReinstateButtonProps {
    activity: Rc<ActivityView>,
    onchange: Callback<()>,
}

#[component]
fn ReinstateButton(props: &ReinstateButtonProps) -> Html {
    let id = props.activity.id;
    let work = Work::new(move |client, ()| async move {
        reinstate_activity(&client, id).await?;
        Ok(Success::toast(t!("活动已恢复")))
    });
    html! {
        <ActionButton kind={ButtonKind::Quiet} text={t!("恢复活动")} {work} onsettled={props.onchange.clone()} />
    }
}

#[derive(Properties, PartialEq)]
struct DeleteDialogProps {
    activity: Rc<ActivityView>,
    onclose: Callback<()>,
    onchange: Callback<()>,
}

#[component]
fn DeleteDialog(props: &DeleteDialogProps) -> Html {
    let DeleteDialogProps { activity, onclose, onchange } = props;
    let (id, version) = (activity.id, activity.version);
    let work = Work::new(move |client, ()| async move {
        delete_activity(&client, id, version).await?;
        Ok(Success::toast(t!("活动已删除")))
    });
    let delete = use_reported_action(&work, onclose.clone(), onchange.clone());
    html! {
        <ConfirmDialog open=true title={t!("删除活动“{title}”？", title = activity.title)} confirm={t!("删除活动")} busy={delete.busy}
            onconfirm={delete.run.clone()} oncancel={onclose.clone()}>
            <p>{ t!("删除后无法恢复。已登记考勤的活动不能删除。") }</p>
        </ConfirmDialog>
    }
}
