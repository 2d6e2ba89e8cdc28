//! Revoking an award, and issuing its certificate anew.

use songjiao_types::{
    FieldError, WireEnum,
    certifications::{CertificationView, ReissueCertification, RevokeCertification},
};
use yew::prelude::*;

use super::deciding::DecidingProps;
use crate::{
    api::certifications::{reissue_certification, revoke_certification},
    components::{
        Button, ButtonKind, Dialog, FormView, IconName, Notice, OptionField, ReasonButton, Success, TextAreaField,
        Tone, Work, use_save,
    },
    hooks::{Errors, bind, both, optional_text, set_to, use_form},
    i18n,
    route::Route,
};

/// The values of the choice what becomes of the superseded award.
const RESTORE: &str = "restore";
const END: &str = "end";

/// Opens the form of a revocation.
#[component]
pub fn RevokeButton(props: &DecidingProps) -> Html {
    let DecidingProps { certification, reload } = props;
    let open = use_state(|| false);
    html! {
        <>
            <Button kind={ButtonKind::Danger} onclick={set_to(&open, true)}>{ t!("撤销认定") }</Button>
            <Dialog open={*open} title={t!("撤销“{lesson_title}”的认定？", lesson_title = certification.lesson_title)} onclose={set_to(&open, false)}>
                <RevokeForm certification={certification.clone()} reload={reload.clone()} onclose={set_to(&open, false)} />
            </Dialog>
        </>
    }
}

#[derive(Clone, Default)]
struct Revocation {
    reason: String,
    /// [`RESTORE`], [`END`], or blank.
    former: String,
}

impl Revocation {
    /// Returns the request; `asks` says that the award superseded another.
    fn to_wire(&self, asks: bool) -> Result<RevokeCertification, Vec<FieldError>> {
        let mut errors = Errors::default();
        let reason = errors.chosen("/reason", optional_text(&self.reason), t!("请填写此项"));
        let former = optional_text(&self.former).map(|choice| choice == RESTORE);
        let restore_former =
            if asks { errors.chosen("/restore_former", former, t!("请选择原证书的去向")) } else { None };
        errors.build(|| Some(RevokeCertification { reason: reason?, restore_former }))
    }
}

#[derive(Properties, PartialEq)]
struct RevokeFormProps {
    certification: CertificationView,
    reload: Callback<()>,
    onclose: Callback<()>,
}

#[component]
fn RevokeForm(props: &RevokeFormProps) -> Html {
    let RevokeFormProps { certification, reload, onclose } = props;
    let (id, former) = (certification.id, certification.former.clone());
    let asks = former.is_some();
    let form = use_form(Revocation::default);
    let done = both(onclose, reload);
    let submit = use_save(
        &form,
        move |draft: &Revocation| draft.to_wire(asks),
        move |client, body| async move { revoke_certification(&client, id, &body).await },
        move |_| t!("认定已撤销"),
        move |_| done.emit(()),
    );
    let award = certification.award.map(i18n::label).unwrap_or_default();
    let number = certification.number.clone().unwrap_or_default();
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("撤销认定")} narrow=true oncancel={onclose.clone()} label={t!("撤销认定")}>
            <p>
                { t!("撤销{teacher_name}的“{award}”。证书 {number} 的查验结果将显示为“已撤销”，此操作不能恢复。", teacher_name = certification.teacher_name, award, number) }
            </p>
            if let Some(former) = former {
                <Notice tone={Tone::Warning} title={t!("该证书曾取代另一证书")}>
                    { t!("被取代的是“{award}”证书 {number}。", award = t!(former.award.label()), number = former.number) }
                </Notice>
                <OptionField label={t!("原证书的去向")} required=true
                    options={vec![
                        (RESTORE.into(), t!("恢复证书 {number}，重新生效", number = former.number).into()),
                        (END.into(), t!("证书 {number} 一并撤销", number = former.number).into()),
                    ]}
                    bind={form.bind("/restore_former", form.draft().former.clone(), |draft, choice| draft.former = choice)} />
            }
            <TextAreaField label={t!("撤销理由")} required=true rows=4 maxlength="2000" bind={bind!(form.reason)} />
        </FormView>
    }
}

/// Issues a certificate anew, with a reason, and opens the new one.
#[component]
pub fn ReissueButton(props: &DecidingProps) -> Html {
    let DecidingProps { certification, reload } = props;
    let id = certification.id;
    let work = Work::new(move |client, reason: String| async move {
        let reissued = reissue_certification(&client, id, &ReissueCertification { reason }).await?.value;
        let number = reissued.number.clone().unwrap_or_default();
        Ok(Success::toast(t!("已重新制发，新编号 {number}", number)).push(Route::Certification { id: reissued.id }))
    });
    let number = certification.number.clone().unwrap_or_default();
    html! {
        <ReasonButton icon={IconName::Medal} text={t!("重新制发")} title={t!("重新制发证书 {number}？", number)} confirm={t!("重新制发")}
            label={t!("重新制发理由")} placeholder={t!("如：姓名有误")} {work} ondone={reload.clone()}>
            <p>{ t!("新证书按教师现在的姓名、单位和课题打印，取得今年的下一个编号，认定日期不变，不需重新评审。") }</p>
            <p>{ t!("原证书 {number} 的查验结果将显示为“已重新制发”，并指向新编号。", number) }</p>
        </ReasonButton>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    #[test]
    fn a_revocation_says_what_becomes_of_the_superseded_award() {
        let mut draft = Revocation::default();
        assert_eq!(pointers(draft.to_wire(true)), ["/reason", "/restore_former"]);
        draft.reason = " 材料不实 ".into();
        assert!(draft.to_wire(false).is_ok_and(|body| body.restore_former.is_none() && body.reason == "材料不实"));
        draft.former = RESTORE.into();
        assert!(draft.to_wire(true).is_ok_and(|body| body.restore_former == Some(true)));
        draft.former = END.into();
        assert!(draft.to_wire(true).is_ok_and(|body| body.restore_former == Some(false)));
    }
}
