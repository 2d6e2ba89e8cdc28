//! The form that records a spell or corrects one.

use chrono::NaiveDate;
use songjiao_types::{
    ErrorCode, FieldError, OrganizationId, TeacherId,
    appointments::{AppointmentView, CreateAppointment, EndReason, UpdateAppointment},
};
use yew::prelude::*;

use crate::{
    api::{
        appointments::{correct_appointment, create_appointment},
        etag,
    },
    components::{CheckboxField, DateField, FormView, OrganizationField, SelectField, TextAreaField, use_save},
    hooks::{Errors, Form, bind, use_form},
};

#[derive(Clone, Default)]
struct Draft {
    organization_id: Option<OrganizationId>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    end_reason: Option<EndReason>,
    reason: String,
    void_records: bool,
}

impl Draft {
    fn of(appointment: &AppointmentView) -> Self {
        Self {
            organization_id: Some(appointment.organization.id),
            starts_on: Some(appointment.starts_on),
            ends_on: appointment.ends_on,
            end_reason: appointment.end_reason,
            ..Self::default()
        }
    }

    fn spell(&self) -> (Errors, Option<OrganizationId>, Option<NaiveDate>) {
        let mut errors = Errors::required(&[("/reason", &self.reason)]);
        let organization_id = errors.chosen("/organization_id", self.organization_id, t!("请选择单位"));
        let starts_on = errors.chosen("/starts_on", self.starts_on, t!("请填写任职日期"));
        if self.ends_on.is_none() && self.end_reason.is_some() {
            errors.push("/ends_on", t!("填写离任原因须同时填写离任日期"));
        }
        (errors, organization_id, starts_on)
    }

    fn to_create(&self, teacher_id: TeacherId) -> Result<CreateAppointment, Vec<FieldError>> {
        let (errors, organization_id, starts_on) = self.spell();
        errors.build(|| {
            Some(CreateAppointment {
                teacher_id,
                organization_id: organization_id?,
                starts_on: starts_on?,
                ends_on: self.ends_on,
                end_reason: self.end_reason,
                reason: self.reason.trim().to_owned(),
                void_records: self.void_records,
            })
        })
    }

    /// The fields that differ from the appointment.
    fn to_update(&self, before: &AppointmentView) -> Result<UpdateAppointment, Vec<FieldError>> {
        let (errors, organization_id, starts_on) = self.spell();
        errors.build(|| {
            Some(UpdateAppointment {
                organization_id: Some(organization_id?).filter(|id| *id != before.organization.id),
                starts_on: Some(starts_on?).filter(|day| *day != before.starts_on),
                ends_on: Some(self.ends_on).filter(|day| *day != before.ends_on),
                end_reason: self.end_reason.filter(|reason| Some(*reason) != before.end_reason),
                reason: self.reason.trim().to_owned(),
                void_records: self.void_records,
            })
        })
    }
}

/// Properties of [`CreateForm`].
#[derive(Properties, PartialEq)]
pub struct CreateFormProps {
    pub teacher: TeacherId,
    pub ondone: Callback<()>,
    pub oncancel: Callback<()>,
}

/// Records a spell: 返聘, 支教期满返校, or one that was forgotten.
#[component]
pub fn CreateForm(props: &CreateFormProps) -> Html {
    let CreateFormProps { teacher, ondone, oncancel } = props;
    let teacher = *teacher;
    let form = use_form(Draft::default);
    let done = ondone.clone();
    let submit = use_save(
        &form,
        move |draft: &Draft| draft.to_create(teacher),
        move |client, body| async move { create_appointment(&client, &body).await },
        |created| saved(created.value.confirmed),
        move |_| done.emit(()),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("新增任职")} narrow=true oncancel={oncancel.clone()} label={t!("新增任职")}>
            { fields(&form) }
        </FormView>
    }
}

/// Properties of [`CorrectForm`].
#[derive(Properties, PartialEq)]
pub struct CorrectFormProps {
    pub appointment: AppointmentView,
    pub ondone: Callback<()>,
    pub oncancel: Callback<()>,
}

/// Corrects a spell.
#[component]
pub fn CorrectForm(props: &CorrectFormProps) -> Html {
    let CorrectFormProps { appointment, ondone, oncancel } = props;
    let form = use_form(|| Draft::of(appointment));
    let (done, before) = (ondone.clone(), appointment.clone());
    let (id, version) = (appointment.id, etag(appointment.version));
    let submit = use_save(
        &form,
        move |draft: &Draft| draft.to_update(&before),
        move |client, body| {
            let version = version.clone();
            async move { correct_appointment(&client, id, &version, &body).await }
        },
        |corrected| saved(corrected.value.confirmed),
        move |_| done.emit(()),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("更正任职")} narrow=true oncancel={oncancel.clone()} label={t!("更正任职")}>
            <p>{ t!("原记录连同原因一并保留。学时计入哪个单位随更正后的任职变化。") }</p>
            { fields(&form) }
        </FormView>
    }
}

/// The message after a save.
pub fn saved(confirmed: bool) -> &'static str {
    if confirmed { t!("任职已登记") } else { t!("任职已上报，等待进修学校确认") }
}

fn fields(form: &Form<Draft>) -> Html {
    let named = form.status().refusal.and_then(|refusal| refusal.code()) == Some(ErrorCode::RecordsWithoutService);
    html! {
        <>
            <OrganizationField label={t!("任职单位")} required=true bind={bind!(form.organization_id)} />
            <DateField label={t!("任职日期")} required=true bind={bind!(form.starts_on)} />
            <DateField label={t!("离任日期")} hint={t!("在任时留空。")} bind={bind!(form.ends_on)} />
            <SelectField<EndReason> label={t!("离任原因")} none={t!("未填写")} bind={bind!(form.end_reason)} />
            <TextAreaField label={t!("说明")} required=true rows=3 maxlength="500" bind={bind!(form.reason)} />
            if named || form.draft().void_records {
                <CheckboxField label={t!("作废上列学时记录")} bind={bind!(form.void_records)} />
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    #[test]
    fn a_spell_needs_an_organization_a_first_day_and_a_reason() {
        let teacher = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id");
        assert_eq!(pointers(Draft::default().to_create(teacher)), ["/reason", "/organization_id", "/starts_on"]);
        let ended = Draft { end_reason: Some(EndReason::Retired), reason: "补录".into(), ..Draft::default() };
        assert_eq!(pointers(ended.to_create(teacher)), ["/organization_id", "/starts_on", "/ends_on"]);
    }
}
