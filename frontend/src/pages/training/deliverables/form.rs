//! The form that submits and edits a deliverable.

use std::rc::Rc;

use songjiao_types::{
    FieldError, OrganizationId, PhaseId, Role, TeacherId, WireEnum,
    deliverables::{CreateDeliverable, DeliverableKind, DeliverableView, DiagnosisMethod, UpdateDeliverable},
    phases::PhaseKind,
};
use yew::prelude::*;

use crate::{
    api::phases::{create_deliverable, update_deliverable},
    components::{Dialog, FormView, OrganizationField, SelectField, TeacherField, TextAreaField, TextField, use_save},
    hooks::{Errors, bind, both, optional_text, use_form},
    i18n::heading,
    session::use_session,
};

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    kind: Option<DeliverableKind>,
    title: String,
    method: Option<DiagnosisMethod>,
    content: String,
    url: String,
    organization_id: Option<OrganizationId>,
    teacher_id: Option<TeacherId>,
}

impl Draft {
    fn of(deliverable: &DeliverableView) -> Self {
        let deliverable = deliverable.clone();
        Self {
            kind: Some(deliverable.kind),
            title: deliverable.title,
            method: deliverable.method,
            content: deliverable.content.unwrap_or_default(),
            url: deliverable.url.unwrap_or_default(),
            organization_id: deliverable.organization_id,
            teacher_id: deliverable.teacher_id,
        }
    }

    fn to_create(&self) -> Result<CreateDeliverable, Vec<FieldError>> {
        let mut errors = Errors::required(&[("/title", &self.title)]);
        let kind = errors.chosen("/kind", self.kind, t!("请选择材料类别"));
        match self.kind {
            Some(DeliverableKind::DiagnosisReport) => {
                errors.chosen("/method", self.method, t!("请选择诊断方式"));
            }
            Some(DeliverableKind::NextYearSchoolPlan) => {
                errors.chosen("/organization_id", self.organization_id, t!("请选择学校"));
            }
            Some(DeliverableKind::PersonalDevelopmentPlan) => {
                errors.chosen("/teacher_id", self.teacher_id, t!("请选择教师"));
            }
            _ => {}
        }
        errors.build(|| {
            let kind = kind?;
            Some(CreateDeliverable {
                kind,
                title: self.title.trim().to_owned(),
                method: self.method.filter(|_| kind == DeliverableKind::DiagnosisReport),
                content: optional_text(&self.content),
                url: optional_text(&self.url),
                organization_id: self.organization_id,
                teacher_id: self.teacher_id,
            })
        })
    }
}

fn update(all: CreateDeliverable) -> UpdateDeliverable {
    UpdateDeliverable {
        title: Some(all.title),
        method: Some(all.method),
        content: Some(all.content),
        url: Some(all.url),
        organization_id: Some(all.organization_id),
        teacher_id: Some(all.teacher_id),
    }
}

/// The kinds of deliverables of a phase; those that its clause asks for come first.
pub fn kinds_of(phase: PhaseKind) -> Vec<DeliverableKind> {
    DeliverableKind::ALL.iter().copied().filter(|kind| kind.phase().is_none_or(|of| of == phase)).collect()
}

/// Properties of [`DeliverableDialog`].
#[derive(Properties, PartialEq)]
pub struct DeliverableDialogProps {
    pub phase: PhaseId,
    pub phase_kind: PhaseKind,
    /// The deliverable to edit; `None` submits one.
    #[prop_or_default]
    pub deliverable: Option<Rc<DeliverableView>>,
    /// The preset kind of a new deliverable.
    #[prop_or_default]
    pub kind: Option<DeliverableKind>,
    pub onclose: Callback<()>,
    pub onchange: Callback<()>,
}

/// The form of a deliverable, in a dialog.
#[component]
pub fn DeliverableDialog(props: &DeliverableDialogProps) -> Html {
    let title = if props.deliverable.is_some() { t!("编辑成果材料") } else { t!("提交成果材料") };
    let DeliverableDialogProps { phase, phase_kind, deliverable, kind, onclose, onchange } = props;
    html! {
        <Dialog open=true wide=true {title} onclose={onclose.clone()}>
            <DeliverableForm phase={*phase} phase_kind={*phase_kind} deliverable={deliverable.clone()} kind={*kind}
                onclose={onclose.clone()} onchange={onchange.clone()} />
        </Dialog>
    }
}

#[component]
fn DeliverableForm(props: &DeliverableDialogProps) -> Html {
    let DeliverableDialogProps { phase, phase_kind, deliverable, kind, onclose, onchange } = props;
    let session = use_session();
    let form = use_form(|| {
        // Preset for school administrators, who submit for their own school.
        let school = session.me().filter(|me| me.role == Role::SchoolAdmin).map(|me| me.organization.id);
        let new = || Draft { kind: *kind, organization_id: school, ..Draft::default() };
        deliverable.as_deref().map_or_else(new, Draft::of)
    });
    let done = both(onclose, onchange);
    let submit = {
        let (phase, deliverable) = (*phase, deliverable.clone());
        let said = if deliverable.is_some() { t!("材料已保存") } else { t!("材料已提交") };
        use_save(
            &form,
            Draft::to_create,
            move |client, body| {
                let deliverable = deliverable.clone();
                async move {
                    match deliverable {
                        Some(deliverable) => update_deliverable(&client, &deliverable, &update(body)).await,
                        None => create_deliverable(&client, phase, &body).await,
                    }
                }
            },
            move |_| said,
            move |_| done.emit(()),
        )
    };
    let draft = form.draft();
    let new = deliverable.is_none();
    let of_school = draft.kind == Some(DeliverableKind::NextYearSchoolPlan);
    let of_teacher = draft.kind == Some(DeliverableKind::PersonalDevelopmentPlan);
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={if new { t!("提交") } else { t!("保存材料") }}
            oncancel={onclose.clone()} onstale={onchange.clone()} label={if new { t!("提交成果材料") } else { t!("编辑成果材料") }}>
            <SelectField<DeliverableKind> label={heading::<DeliverableView>("kind")} required=true offer={kinds_of(*phase_kind)} disabled={!new}
                bind={bind!(form.kind)} />
            <TextField label={heading::<DeliverableView>("title")} required=true maxlength="200" placeholder={t!("如：亮甲山小学语文课堂诊断报告")}
                bind={bind!(form.title)} />
            if draft.kind == Some(DeliverableKind::DiagnosisReport) {
                <SelectField<DiagnosisMethod> label={heading::<DeliverableView>("method")} required=true bind={bind!(form.method)} />
            }
            <OrganizationField label={t!("所属学校")} required={of_school} bind={bind!(form.organization_id)} />
            <TeacherField label={t!("所属教师")} required={of_teacher} placeholder={t!("输入姓名或教师编号")} bind={bind!(form.teacher_id)} />
            <TextField label={heading::<DeliverableView>("url")} maxlength="500" r#type="url" inputmode="url" hint={t!("网盘或资源平台上的地址，以 http:// 或 https:// 开头。")}
                bind={bind!(form.url)} />
            <TextAreaField label={heading::<DeliverableView>("content")} rows=6 maxlength="20000" bind={bind!(form.content)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(draft: &Draft) -> Vec<String> {
        draft.to_create().err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn each_kind_requires_its_own_fields() {
        let of = |kind| Draft { kind: Some(kind), title: "材料".into(), ..Draft::default() };
        assert_eq!(pointers(&of(DeliverableKind::DiagnosisReport)), ["/method"]);
        assert_eq!(pointers(&of(DeliverableKind::NextYearSchoolPlan)), ["/organization_id"]);
        assert_eq!(pointers(&of(DeliverableKind::PersonalDevelopmentPlan)), ["/teacher_id"]);
        assert_eq!(pointers(&of(DeliverableKind::StudyTask)), [""; 0]);
        assert_eq!(pointers(&Draft::default()), ["/title", "/kind"]);
        let bad = Draft { url: "javascript:alert(1)".into(), ..of(DeliverableKind::Other) };
        assert_eq!(pointers(&bad), ["/url"]);
    }

    #[test]
    fn a_phase_offers_the_evidence_of_its_clause_and_other_evidence() {
        use DeliverableKind::{DemonstrationLesson, DiagnosisReport, Other, StudyTask};
        assert_eq!(
            kinds_of(PhaseKind::DiagnosisDemonstration),
            [DiagnosisReport, DemonstrationLesson, StudyTask, Other]
        );
    }
}
