//! The appointments of a teacher, and the transfer 调动 to another organization.

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, OrganizationId, Permission,
    teachers::{AppointmentView, CreateTransfer, TeacherView},
};
use yew::prelude::*;

use crate::{
    api::teachers::{list_appointments, transfer_teacher},
    components::{
        Button, Column, DateField, Dialog, FormView, IconName, OrganizationField, OrganizationLink, RowTable, Tone,
        badge, loaded, use_save,
    },
    format,
    hooks::{Errors, bind, both, set_to, use_form, use_query},
    session::use_session,
};

/// Properties of [`Appointments`].
#[derive(Properties, PartialEq)]
pub struct AppointmentsProps {
    pub teacher: TeacherView,
    /// Called after a transfer.
    pub onchanged: Callback<()>,
}

/// The appointments, the present one first.
#[component]
pub fn Appointments(props: &AppointmentsProps) -> Html {
    let AppointmentsProps { teacher, onchanged } = props;
    let session = use_session();
    let load = use_query(Some(list_appointments(teacher.id)));
    let open = use_state(|| false);
    let ondone = both(&set_to(&open, false), &both(&load.reload, onchanged));
    let may = session.can(Permission::TeachersWrite) && !teacher.status.has_ended();
    html! {
        <>
            { loaded(&load, |appointments| html! {
                <RowTable<AppointmentView> caption={t!("任职经历")} columns={columns()} rows={appointments.clone()} />
            }) }
            if may {
                <p class="card__more"><Button icon={IconName::Building} onclick={set_to(&open, true)}>{ t!("调动") }</Button></p>
                <Dialog open={*open} title={t!("调动“{name}”", name = teacher.name)} onclose={set_to(&open, false)}>
                    <TransferForm teacher={teacher.clone()} {ondone} oncancel={set_to(&open, false)} />
                </Dialog>
            }
        </>
    }
}

fn columns() -> Vec<Column<AppointmentView>> {
    vec![
        Column::new(t!("单位"), |row: &AppointmentView| {
            html! { <OrganizationLink id={row.organization.id} name={row.organization.name.clone()} /> }
        })
        .head(),
        Column::new(t!("任职时间"), |row: &AppointmentView| html! { format::period(Some(row.starts_on), row.ends_on) }),
        Column::new(t!("状态"), |row: &AppointmentView| match row.ends_on {
            None => badge(Tone::Success, t!("现任")),
            Some(_) => badge(Tone::Neutral, t!("曾任")),
        }),
    ]
}

#[derive(Clone, Default)]
struct Draft {
    organization_id: Option<OrganizationId>,
    starts_on: Option<NaiveDate>,
}

impl Draft {
    fn to_wire(&self) -> Result<CreateTransfer, Vec<FieldError>> {
        let mut errors = Errors::default();
        let organization_id = errors.chosen("/organization_id", self.organization_id, t!("请选择调入单位"));
        let starts_on = errors.chosen("/starts_on", self.starts_on, t!("请填写到任日期"));
        errors.build(|| Some(CreateTransfer { organization_id: organization_id?, starts_on: starts_on? }))
    }
}

#[derive(Properties, PartialEq)]
struct TransferFormProps {
    teacher: TeacherView,
    ondone: Callback<()>,
    oncancel: Callback<()>,
}

#[component]
fn TransferForm(props: &TransferFormProps) -> Html {
    let TransferFormProps { teacher, ondone, oncancel } = props;
    let id = teacher.id;
    let form = use_form(|| Draft { starts_on: Some(format::today()), ..Draft::default() });
    let done = ondone.clone();
    let submit = use_save(
        &form,
        Draft::to_wire,
        move |client, body| async move { transfer_teacher(&client, id, &body).await },
        move |moved| {
            t!("“{name}”已调入{organization}", name = moved.value.name, organization = moved.value.organization.name)
        },
        move |_| done.emit(()),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("确认调动")} narrow=true oncancel={oncancel.clone()} label={t!("调动")}>
            <p>{ t!("现任单位：{name}。现任职截至到任日期的前一天；学时随本人转移，以往的学时仍计入原单位的统计。", name = teacher.organization.name) }</p>
            <OrganizationField label={t!("调入单位")} required=true bind={bind!(form.organization_id)} />
            <DateField label={t!("到任日期")} required=true max={Some(format::today())} bind={bind!(form.starts_on)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_needs_an_organization_and_a_date() {
        let faults = Draft::default().to_wire().err().unwrap_or_default();
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/organization_id", "/starts_on"]);
    }
}
