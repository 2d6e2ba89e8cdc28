//! Exemptions as rows, on their own page and on a teacher's.

use songjiao_types::{Page, Permission, TeacherId, WireEnum, exemptions::ExemptionView};
use yew::prelude::*;

use super::form::AddExemption;
use crate::{
    api::exemptions::{delete_exemption, list_exemptions},
    components::{Button, ButtonKind, Column, ConfirmDialog, DataTable, EmptyState, IconName, Section, use_toasts},
    format,
    hooks::{set_to, use_action, use_query},
    query::Query,
    session::use_session,
};

/// What [`OfTeacher`] is given.
#[derive(Properties, PartialEq)]
pub struct OfTeacherProps {
    pub teacher: TeacherId,
    /// What the years ask for has changed.
    pub onchanged: Callback<()>,
}

/// The exemptions of one teacher, as a section of the teacher's page.
#[component]
pub fn OfTeacher(props: &OfTeacherProps) -> Html {
    let OfTeacherProps { teacher, onchanged } = props;
    let session = use_session();
    let may_write = session.can(Permission::ExemptionsWrite);
    let most = Page::<()>::MAX_LIMIT.to_string();
    let query = Query::new().with("teacher_id", teacher.to_string()).with("limit", most);
    let load = use_query(Some(list_exemptions(&query)));
    let onchanged = {
        let (reload, changed) = (load.reload.clone(), onchanged.clone());
        Callback::from(move |()| {
            reload.emit(());
            changed.emit(());
        })
    };
    let add = html! { if may_write { <AddExemption teacher={*teacher} onadded={onchanged.clone()} /> } };
    let empty = html! { <EmptyState icon={IconName::Shield} title={t!("没有减免")} /> };
    html! {
        <Section title={t!("减免")} flush=true actions={add}>
            <DataTable<ExemptionView> caption={t!("减免")} columns={columns(may_write.then_some(onchanged))} {load} {empty} />
        </Section>
    }
}

/// What is said of an exemption; with `onchanged`, and the way to be rid of it.
pub(super) fn columns(onchanged: Option<Callback<()>>) -> Vec<Column<ExemptionView>> {
    let mut columns = vec![
        Column::new(t!("事由"), |row: &ExemptionView| html! { t!(row.kind.label()) }).head(),
        Column::new(
            t!("减免时间"),
            |row: &ExemptionView| html! { format::period(Some(row.starts_on), Some(row.ends_on)) },
        )
        .sorted_by("starts_on"),
        Column::new(t!("说明"), |row: &ExemptionView| html! { row.reason.clone().unwrap_or_default() }),
        Column::new(t!("登记时间"), |row: &ExemptionView| html! { format::date_time(row.created_at) }).unbroken(),
    ];
    if let Some(onchanged) = onchanged {
        let column = Column::new(t!("操作"), move |row: &ExemptionView| {
            html! { <DeleteButton exemption={row.clone()} ondeleted={onchanged.clone()} /> }
        });
        columns.push(column.actions());
    }
    columns
}

#[derive(Properties, PartialEq)]
struct DeleteButtonProps {
    exemption: ExemptionView,
    ondeleted: Callback<()>,
}

/// Deletes after asking.
#[component]
fn DeleteButton(props: &DeleteButtonProps) -> Html {
    let DeleteButtonProps { exemption, ondeleted } = props;
    let asking = use_state(|| false);
    let toasts = use_toasts();
    let delete = {
        let (asking, deleted) = (asking.clone(), ondeleted.clone());
        use_action(
            |client, exemption: ExemptionView| async move { delete_exemption(&client, &exemption).await },
            move |outcome| {
                asking.set(false);
                match outcome {
                    Ok(()) => toasts.success(t!("减免已删除，应修学时已重新计算")),
                    Err(error) => toasts.failure(&error),
                }
                deleted.emit(());
            },
        )
    };
    let confirm = {
        let exemption = exemption.clone();
        delete.run.reform(move |()| exemption.clone())
    };
    let what = t!(
        "{teacher_name}的{exemption}",
        teacher_name = exemption.teacher_name,
        exemption = t!(exemption.kind.label())
    );
    html! {
        <>
            <Button kind={ButtonKind::Quiet} icon={IconName::Trash} label={t!("删除{what}减免", what)} onclick={set_to(&asking, true)}>{ t!("删除") }</Button>
            <ConfirmDialog open={*asking} title={t!("删除{what}减免？", what)} confirm={t!("删除减免")} busy={delete.busy}
                onconfirm={confirm} oncancel={set_to(&asking, false)}>
                <p>{ t!("{period}。仅用于登记有误时；删除后这段时间恢复要求学时。", period = format::period(Some(exemption.starts_on), Some(exemption.ends_on))) }</p>
            </ConfirmDialog>
        </>
    }
}
