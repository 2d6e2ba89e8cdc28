//! The table of exemptions, on their own page and on a teacher's.

use songjiao_types::{
    Page, Permission, TeacherId, WireEnum,
    exemptions::{ExemptionQuery, ExemptionView},
};
use yew::prelude::*;

use super::form::AddExemption;
use crate::{
    api::exemptions::{confirm_exemption, delete_exemption, list_exemptions},
    components::{
        ButtonKind, Column, ConfirmButton, DataTable, EmptyState, IconName, Section, Success, Tone, Work, badge,
    },
    format,
    hooks::{both, use_query},
    session::{Session, use_session},
};

/// Properties of [`TeacherExemptions`].
#[derive(Properties, PartialEq)]
pub struct TeacherExemptionsProps {
    pub teacher: TeacherId,
    /// Called after a change of the required hours.
    pub onchanged: Callback<()>,
}

/// The exemptions of one teacher, a section of the teacher's page.
#[component]
pub fn TeacherExemptions(props: &TeacherExemptionsProps) -> Html {
    let TeacherExemptionsProps { teacher, onchanged } = props;
    let session = use_session();
    let rights = Rights::of(&session);
    let (teacher_id, limit) = (Some(*teacher), Some(Page::<()>::MAX_LIMIT));
    let query = ExemptionQuery { teacher_id, limit, ..Default::default() };
    let load = use_query(Some(list_exemptions(&query)));
    let onchanged = both(&load.reload, onchanged);
    let add = html! { if rights.writes { <AddExemption teacher={*teacher} onadded={onchanged.clone()} /> } };
    let empty = html! { <EmptyState icon={IconName::Shield} title={t!("没有减免")} /> };
    html! {
        <Section title={t!("减免")} flush=true actions={add}>
            <DataTable<ExemptionView> caption={t!("减免")} columns={columns(rights, &onchanged)} {load} {empty} />
        </Section>
    }
}

/// What the user may do with exemptions.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Rights {
    pub writes: bool,
    /// Confirms what is reported, and deletes what is confirmed.
    pub confirms: bool,
}

impl Rights {
    pub fn of(session: &Session) -> Self {
        Self { writes: session.can(Permission::ExemptionsWrite), confirms: session.can(Permission::ExemptionsConfirm) }
    }
}

/// The columns, with buttons for what the user may do. `onchanged` is called after a change.
pub(super) fn columns(rights: Rights, onchanged: &Callback<()>) -> Vec<Column<ExemptionView>> {
    let mut columns = vec![
        Column::field("kind", |row: &ExemptionView| {
            html! { <>{ t!(row.kind.label()) }if !row.confirmed { { " " }{ badge(Tone::Warning, t!("待确认")) } }</> }
        })
        .head(),
        Column::new(
            t!("减免时间"),
            |row: &ExemptionView| html! { format::period(Some(row.starts_on), Some(row.ends_on)) },
        )
        .sorted_by("starts_on"),
        Column::field("reason", |row: &ExemptionView| html! { row.reason.clone().unwrap_or_default() }),
        Column::field("created_at", |row: &ExemptionView| html! { format::date_time(row.created_at) }).unbroken(),
    ];
    if rights.writes || rights.confirms {
        let onchanged = onchanged.clone();
        let column = Column::new(t!("操作"), move |row: &ExemptionView| {
            html! {
                <>
                    if rights.confirms && !row.confirmed { { confirm_button(row, onchanged.clone()) } }
                    if rights.confirms || !row.confirmed { { delete_button(row, onchanged.clone()) } }
                </>
            }
        });
        columns.push(column.actions());
    }
    columns
}

/// Names an exemption in a question or a label.
fn name(exemption: &ExemptionView) -> String {
    t!("{teacher_name}的{exemption}", teacher_name = exemption.teacher_name, exemption = t!(exemption.kind.label()))
}

fn confirm_button(exemption: &ExemptionView, onsettled: Callback<()>) -> Html {
    let id = exemption.id;
    let work = Work::new(move |client, ()| async move {
        confirm_exemption(&client, id).await?;
        Ok(Success::toast(t!("减免已确认，应修学时已重新计算")))
    });
    let what = name(exemption);
    let period = format::period(Some(exemption.starts_on), Some(exemption.ends_on));
    html! {
        <ConfirmButton kind={ButtonKind::Quiet} icon={IconName::Check} text={t!("确认")} label={t!("确认{what}减免", what)} title={t!("确认{what}减免？", what)}
            confirm={t!("确认减免")} {work} {onsettled}>
            <p>{ t!("{period}。确认后按整月减免应修学时。", period) }</p>
        </ConfirmButton>
    }
}

fn delete_button(exemption: &ExemptionView, onsettled: Callback<()>) -> Html {
    let work = {
        let exemption = exemption.clone();
        Work::new(move |client, ()| {
            let exemption = exemption.clone();
            async move {
                delete_exemption(&client, &exemption).await?;
                Ok(Success::toast(t!("减免已删除，应修学时已重新计算")))
            }
        })
    };
    let what = name(exemption);
    let period = format::period(Some(exemption.starts_on), Some(exemption.ends_on));
    html! {
        <ConfirmButton kind={ButtonKind::Quiet} icon={IconName::Trash} text={t!("删除")} label={t!("删除{what}减免", what)} title={t!("删除{what}减免？", what)}
            confirm={t!("删除减免")} {work} {onsettled}>
            <p>{ t!("{period}。仅用于登记有误时；删除后这段时间恢复要求学时。", period) }</p>
        </ConfirmButton>
    }
}
