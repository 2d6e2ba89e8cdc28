//! The form that takes an appointment back or confirms it.

use songjiao_types::{
    ErrorCode, FieldError,
    appointments::{AppointmentView, ConfirmAppointment, WithdrawAppointment},
};
use yew::prelude::*;

use crate::{
    api::appointments::{confirm_appointment, withdraw_appointment},
    components::{CheckboxField, FormView, TextAreaField, use_save},
    hooks::{Form, bind, check, optional_text, required, use_form},
};

#[derive(Clone, Default)]
struct Draft {
    reason: String,
    void_records: bool,
}

/// Properties of [`WithdrawForm`] and [`ConfirmForm`].
#[derive(Properties, PartialEq)]
pub struct ReasonFormProps {
    pub appointment: AppointmentView,
    pub ondone: Callback<()>,
    pub oncancel: Callback<()>,
}

/// Takes an appointment back.
#[component]
pub fn WithdrawForm(props: &ReasonFormProps) -> Html {
    let ReasonFormProps { appointment, ondone, oncancel } = props;
    let id = appointment.id;
    let form = use_form(Draft::default);
    let done = ondone.clone();
    let submit = use_save(
        &form,
        to_withdraw,
        move |client, body| async move { withdraw_appointment(&client, id, &body).await },
        |_| t!("任职已撤回"),
        move |_| done.emit(()),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("撤回任职")} narrow=true oncancel={oncancel.clone()} label={t!("撤回任职")}>
            <p>{ t!("撤回“{name}”的任职。原记录连同原因一并保留；如由前一单位调入，前一任职继续。", name = appointment.organization.name) }</p>
            <TextAreaField label={t!("原因")} required=true rows=3 maxlength="500" bind={bind!(form.reason)} />
            { void_field(&form) }
        </FormView>
    }
}

/// Confirms a reported appointment.
#[component]
pub fn ConfirmForm(props: &ReasonFormProps) -> Html {
    let ReasonFormProps { appointment, ondone, oncancel } = props;
    let id = appointment.id;
    let form = use_form(Draft::default);
    let done = ondone.clone();
    let submit = use_save(
        &form,
        to_confirm,
        move |client, body| async move { confirm_appointment(&client, id, &body).await },
        |_| t!("任职已确认"),
        move |_| done.emit(()),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("确认任职")} narrow=true oncancel={oncancel.clone()} label={t!("确认任职")}>
            <p>{ t!("确认“{name}”的任职后，按此计算应修学时和在岗人数，因此等待的学时可以认定。", name = appointment.organization.name) }</p>
            if let Some(reason) = &appointment.reason { <p class="muted">{ t!("上报说明：{reason}", reason) }</p> }
            { void_field(&form) }
        </FormView>
    }
}

fn to_withdraw(draft: &Draft) -> Result<WithdrawAppointment, Vec<FieldError>> {
    required(&[("/reason", &draft.reason)])?;
    check(WithdrawAppointment { reason: draft.reason.trim().to_owned(), void_records: draft.void_records })
}

fn to_confirm(draft: &Draft) -> Result<ConfirmAppointment, Vec<FieldError>> {
    check(ConfirmAppointment { reason: optional_text(&draft.reason), void_records: draft.void_records })
}

/// The choice to void the records that the API has named.
fn void_field(form: &Form<Draft>) -> Html {
    let named = form.status().refusal.and_then(|refusal| refusal.code()) == Some(ErrorCode::RecordsWithoutService);
    html! {
        if named || form.draft().void_records {
            <CheckboxField label={t!("作废上列学时记录")} bind={bind!(form.void_records)} />
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    #[test]
    fn taking_back_needs_a_reason_and_confirming_none() {
        assert_eq!(pointers(to_withdraw(&Draft::default())), ["/reason"]);
        assert!(to_confirm(&Draft::default()).is_ok_and(|body| body.reason.is_none() && !body.void_records));
    }
}
