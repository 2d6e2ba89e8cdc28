//! The form that creates an exemption.

use chrono::NaiveDate;
use songjiao_types::{
    FieldError, Permission, TeacherId,
    exemptions::{CreateExemption, ExemptionKind, ExemptionView},
};
use yew::prelude::*;

use crate::{
    api::exemptions::create_exemption,
    components::{Button, DateField, Dialog, FormView, IconName, SelectField, TeacherField, TextAreaField, use_save},
    hooks::{Errors, bind, both, optional_text, set_to, use_page_form},
    i18n::heading,
    session::use_session,
};

/// Properties of [`AddExemption`].
#[derive(Properties, PartialEq)]
pub struct AddExemptionProps {
    /// Preset on the page of a teacher.
    #[prop_or_default]
    pub teacher: Option<TeacherId>,
    pub onadded: Callback<()>,
}

/// The button and its dialog.
#[component]
pub fn AddExemption(props: &AddExemptionProps) -> Html {
    let open = use_state(|| false);
    let ondone = both(&set_to(&open, false), &props.onadded);
    html! {
        <>
            <Button icon={IconName::Plus} onclick={set_to(&open, true)}>{ t!("登记减免") }</Button>
            <Dialog open={*open} title={t!("登记减免")} onclose={set_to(&open, false)}>
                <ExemptionForm teacher={props.teacher} {ondone} oncancel={set_to(&open, false)} />
            </Dialog>
        </>
    }
}

#[derive(Clone, Default)]
struct Draft {
    teacher_id: Option<TeacherId>,
    kind: Option<ExemptionKind>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    reason: String,
}

impl Draft {
    fn to_wire(&self) -> Result<CreateExemption, Vec<FieldError>> {
        let mut errors = Errors::default();
        let teacher_id = errors.chosen("/teacher_id", self.teacher_id, t!("请选择教师"));
        let kind = errors.chosen("/kind", self.kind, t!("请选择事由"));
        let starts_on = errors.chosen("/starts_on", self.starts_on, t!("请填写开始日期"));
        let ends_on = errors.chosen("/ends_on", self.ends_on, t!("请填写结束日期"));
        let reason = optional_text(&self.reason);
        errors.build(|| {
            Some(CreateExemption {
                teacher_id: teacher_id?,
                kind: kind?,
                starts_on: starts_on?,
                ends_on: ends_on?,
                reason,
            })
        })
    }
}

#[derive(Properties, PartialEq)]
struct ExemptionFormProps {
    teacher: Option<TeacherId>,
    ondone: Callback<()>,
    oncancel: Callback<()>,
}

#[component]
fn ExemptionForm(props: &ExemptionFormProps) -> Html {
    let ExemptionFormProps { teacher, ondone, oncancel } = props;
    let confirms = use_session().can(Permission::ExemptionsConfirm);
    let form = use_page_form(|| Draft { teacher_id: *teacher, ..Draft::default() });
    let done = ondone.clone();
    let submit = use_save(
        &form,
        Draft::to_wire,
        |client, body| async move { create_exemption(&client, &body).await },
        |created| {
            let teacher_name = &created.value.teacher_name;
            match created.value.confirmed {
                true => t!("已登记{teacher_name}的减免，应修学时已重新计算", teacher_name),
                false => t!("已上报{teacher_name}的减免，等待进修学校确认", teacher_name),
            }
        },
        move |_| done.emit(()),
    );
    let draft = form.draft();
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("登记减免")} narrow=true oncancel={oncancel.clone()} label={t!("登记减免")}>
            <p class="muted">{ t!("每个整月减免当年应修学时的十二分之一；不足整月不减，重叠的月份只减一次。") }</p>
            if !confirms {
                <p class="muted">{ t!("上报后由教师进修学校确认，确认前不减免。") }</p>
            }
            if teacher.is_none() {
                <TeacherField label={t!("教师")} required=true placeholder={t!("输入姓名或教师编号")} bind={bind!(form.teacher_id)} />
            }
            <SelectField<ExemptionKind> label={heading::<ExemptionView>("kind")} required=true bind={bind!(form.kind)} />
            <DateField label={heading::<ExemptionView>("starts_on")} required=true bind={bind!(form.starts_on)} />
            <DateField label={heading::<ExemptionView>("ends_on")} required=true min={draft.starts_on} hint={t!("减免的最后一天。")} bind={bind!(form.ends_on)} />
            <TextAreaField label={heading::<ExemptionView>("reason")} rows=2 maxlength="500" bind={bind!(form.reason)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_fields_are_reported_one_by_one() {
        let faults = Draft::default().to_wire().err().unwrap_or_default();
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/teacher_id", "/kind", "/starts_on", "/ends_on"]);
    }

    #[test]
    fn an_exemption_does_not_end_before_it_begins() {
        let draft = Draft {
            teacher_id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok(),
            kind: Some(ExemptionKind::Maternity),
            starts_on: NaiveDate::from_ymd_opt(2026, 8, 1),
            ends_on: NaiveDate::from_ymd_opt(2026, 7, 31),
            reason: " ".into(),
        };
        let faults = draft.to_wire().err().unwrap_or_default();
        assert_eq!(faults.first().map(|fault| fault.pointer.as_str()), Some("/ends_on"));
    }
}
