//! The dialog that transfers one teacher or several, on a day in the past, today or in the future.

use chrono::NaiveDate;
use songjiao_types::{FieldError, OrganizationId, TeacherId, appointments::CreateTransfers};
use yew::prelude::*;

use super::spell_form::saved;
use crate::{
    api::appointments::transfer_teachers,
    components::{DateField, Dialog, FormView, OrganizationField, TextAreaField, use_save},
    format,
    hooks::{Errors, bind, use_form},
};

#[derive(Clone, Default)]
struct Draft {
    organization_id: Option<OrganizationId>,
    starts_on: Option<NaiveDate>,
    reason: String,
}

impl Draft {
    fn to_wire(&self, teacher_ids: &[TeacherId]) -> Result<CreateTransfers, Vec<FieldError>> {
        let mut errors = Errors::default();
        let organization_id = errors.chosen("/organization_id", self.organization_id, t!("请选择调入单位"));
        let starts_on = errors.chosen("/starts_on", self.starts_on, t!("请填写到任日期"));
        if self.reason.trim().is_empty() {
            errors.push("/reason", t!("请填写此项"));
        }
        errors.build(|| {
            Some(CreateTransfers {
                teacher_ids: teacher_ids.to_vec(),
                organization_id: organization_id?,
                starts_on: starts_on?,
                reason: self.reason.trim().to_owned(),
            })
        })
    }
}

/// Properties of [`TransferDialog`].
#[derive(Properties, PartialEq)]
pub struct TransferDialogProps {
    pub open: bool,
    pub teachers: Vec<TeacherId>,
    /// Who is transferred, for the title.
    pub who: AttrValue,
    pub ondone: Callback<()>,
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn TransferDialog(props: &TransferDialogProps) -> Html {
    let TransferDialogProps { open, teachers, who, ondone, onclose } = props;
    html! {
        <Dialog open={*open} title={t!("调动{who}", who)} onclose={onclose.clone()}>
            <TransferForm teachers={teachers.clone()} ondone={ondone.clone()} oncancel={onclose.clone()} />
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct TransferFormProps {
    teachers: Vec<TeacherId>,
    ondone: Callback<()>,
    oncancel: Callback<()>,
}

#[component]
fn TransferForm(props: &TransferFormProps) -> Html {
    let TransferFormProps { teachers, ondone, oncancel } = props;
    let form = use_form(|| Draft { starts_on: Some(format::today()), ..Draft::default() });
    let (teachers, done) = (teachers.clone(), ondone.clone());
    let submit = use_save(
        &form,
        move |draft: &Draft| draft.to_wire(&teachers),
        move |client, body| async move { transfer_teachers(&client, &body).await },
        |moved| saved(moved.value.items.iter().all(|row| row.confirmed)),
        move |_| done.emit(()),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("确认调动")} narrow=true oncancel={oncancel.clone()} label={t!("调动")}>
            <p>{ t!("到任日期可以是过去、今天或将来；将来的调动到那一天生效。原任职截至到任日期的前一天，学时随本人转移，到任以前的学时仍计入原单位的统计。") }</p>
            <OrganizationField label={t!("调入单位")} required=true bind={bind!(form.organization_id)} />
            <DateField label={t!("到任日期")} required=true bind={bind!(form.starts_on)} />
            <TextAreaField label={t!("说明")} required=true rows=2 maxlength="500" bind={bind!(form.reason)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    #[test]
    fn a_transfer_needs_an_organization_a_date_and_a_reason() {
        assert_eq!(pointers(Draft::default().to_wire(&[])), ["/organization_id", "/starts_on", "/reason"]);
    }
}
