//! Reviewing an application, and deciding it.

use songjiao_types::{
    FieldError, WireEnum,
    certifications::{CertificationView, DecideCertification, ReviewCertification, Verdict},
};
use yew::prelude::*;

use crate::{
    api::certifications::{decide_certification, review_certification},
    components::{Button, ButtonKind, Dialog, FormView, IconName, Notice, SelectField, TextAreaField, Tone, use_save},
    hooks::{Errors, bind, both, check, optional_text, required, set_to, use_form},
    i18n::heading,
};

/// Properties of the buttons.
#[derive(Properties, PartialEq)]
pub struct DecidingProps {
    pub certification: CertificationView,
    pub reload: Callback<()>,
}

#[derive(Properties, PartialEq)]
struct FormProps {
    certification: CertificationView,
    reload: Callback<()>,
    onclose: Callback<()>,
}

/// Opens the form of a review.
#[component]
pub fn ReviewButton(props: &DecidingProps) -> Html {
    let DecidingProps { certification, reload } = props;
    let open = use_state(|| false);
    html! {
        <>
            <Button kind={ButtonKind::Primary} icon={IconName::Edit} onclick={set_to(&open, true)}>{ t!("评审") }</Button>
            <Dialog open={*open} title={t!("评审“{lesson_title}”", lesson_title = certification.lesson_title)} onclose={set_to(&open, false)}>
                <ReviewForm certification={certification.clone()} reload={reload.clone()} onclose={set_to(&open, false)} />
            </Dialog>
        </>
    }
}

#[derive(Clone, Default)]
struct Review {
    verdict: Option<Verdict>,
    comment: String,
}

impl Review {
    fn to_wire(&self) -> Result<ReviewCertification, Vec<FieldError>> {
        let mut errors = Errors::default();
        let verdict = errors.chosen("/verdict", self.verdict, t!("请选择评审结论"));
        let comment = errors.chosen("/comment", optional_text(&self.comment), t!("请填写此项"));
        errors.build(|| Some(ReviewCertification { verdict: verdict?, comment: comment? }))
    }
}

#[component]
fn ReviewForm(props: &FormProps) -> Html {
    let FormProps { certification, reload, onclose } = props;
    let id = certification.id;
    let form = use_form(Review::default);
    let done = both(onclose, reload);
    let submit = use_save(
        &form,
        Review::to_wire,
        move |client, body| async move { review_certification(&client, id, &body).await },
        move |_| t!("评审意见已提交"),
        move |_| done.emit(()),
    );
    let award = t!(certification.grade.award().label());
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("提交评审意见")} narrow=true oncancel={onclose.clone()} label={t!("评审")}>
            <p>
                { t!("{teacher_name}（{school_name}）的{lesson_subject}，评定为{grade}，申请认定为“{award}”。每位评审人评审一次，提交后不能修改。", teacher_name = certification.teacher_name, school_name = certification.school_name, lesson_subject = certification.lesson_subject, grade = t!(certification.grade.label()), award) }
            </p>
            <SelectField<Verdict> label={t!("评审结论")} required=true bind={bind!(form.verdict)} />
            <TextAreaField label={t!("评审意见")} required=true rows=5 maxlength="2000" hint={t!("对照“三课”标准说明理由。作出决定后教师本人可以看到。")}
                bind={bind!(form.comment)} />
        </FormView>
    }
}

/// Opens the form of a decision.
#[component]
pub fn DecideButton(props: &DecidingProps) -> Html {
    let DecidingProps { certification, reload } = props;
    let open = use_state(|| None::<bool>);
    let ready = certification.may_decide;
    let title = match *open {
        Some(false) => t!("不予认定“{lesson_title}”", lesson_title = certification.lesson_title),
        _ => t!("认定“{lesson_title}”", lesson_title = certification.lesson_title),
    };
    html! {
        <>
            <Button icon={IconName::Check} disabled={!ready} onclick={set_to(&open, Some(true))}>{ t!("予以认定") }</Button>
            <Button kind={ButtonKind::Danger} disabled={!ready} onclick={set_to(&open, Some(false))}>{ t!("不予认定") }</Button>
            <Dialog open={open.is_some()} {title} onclose={set_to(&open, None)}>
                <DecideForm accept={*open == Some(true)} certification={certification.clone()} reload={reload.clone()}
                    onclose={set_to(&open, None)} />
            </Dialog>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct DecideFormProps {
    accept: bool,
    certification: CertificationView,
    reload: Callback<()>,
    onclose: Callback<()>,
}

/// Whether a decision requires a reason: to reject, and to accept against the majority of the reviewers.
fn needs_reason(certification: &CertificationView, accept: bool) -> bool {
    !accept || certification.rejects > certification.accepts
}

fn to_decision(reason: &str, accept: bool, needed: bool) -> Result<DecideCertification, Vec<FieldError>> {
    if needed {
        required(&[("/reason", reason)])?;
    }
    check(DecideCertification { accept, reason: optional_text(reason) })
}

#[component]
fn DecideForm(props: &DecideFormProps) -> Html {
    let DecideFormProps { accept, certification, reload, onclose } = props;
    let (id, accept) = (certification.id, *accept);
    let needed = needs_reason(certification, accept);
    let form = use_form(String::new);
    let done = both(onclose, reload);
    let submit = use_save(
        &form,
        move |reason: &String| to_decision(reason, accept, needed),
        move |client, body| async move { decide_certification(&client, id, &body).await },
        |decided| match &decided.value.number {
            Some(number) => t!("已认定，证书编号 {number}", number),
            None => t!("已作出不予认定的决定").to_owned(),
        },
        move |_| done.emit(()),
    );
    let award = t!(certification.grade.award().label());
    let against = accept && needed;
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={if accept { t!("予以认定") } else { t!("不予认定") }} narrow=true
            oncancel={onclose.clone()} label={if accept { t!("予以认定") } else { t!("不予认定") }}>
            <p>{ t!("评审意见：同意 {accepts} 人，不同意 {rejects} 人。", accepts = certification.accepts, rejects = certification.rejects) }</p>
            if accept {
                <p>{ t!("按评定的{grade}授予“{award}”，编发证书。决定作出后不能更改，只能撤销。", grade = t!(certification.grade.label()), award) }</p>
            } else {
                <p>{ t!("决定作出后不能更改；教师改进后可以重新申请。") }</p>
            }
            if against {
                <Notice tone={Tone::Warning} title={t!("多数评审人不同意")}>{ t!("与多数评审意见不一致的决定须说明理由。") }</Notice>
            }
            <TextAreaField label={heading::<CertificationView>("decision_reason")} required={needed} rows=4 maxlength="2000"
                bind={form.bind("/reason", form.draft().clone(), |draft, text| *draft = text)} />
        </FormView>
    }
}

#[cfg(test)]
mod tests {
    use super::{super::detail::samples::certification, *};
    use crate::hooks::pointers;

    #[test]
    fn a_review_needs_a_verdict_and_a_comment() {
        assert_eq!(pointers(Review::default().to_wire()), ["/verdict", "/comment"]);
        let review = Review { verdict: Some(Verdict::Accept), comment: " 达到示范课标准 ".into() };
        assert!(review.to_wire().is_ok_and(|body| body.comment == "达到示范课标准"));
    }

    #[test]
    fn rejecting_and_overruling_take_a_reason() {
        let mut certification = certification();
        (certification.accepts, certification.rejects) = (1, 1);
        assert!(!needs_reason(&certification, true));
        assert!(needs_reason(&certification, false));
        certification.rejects = 2;
        assert!(needs_reason(&certification, true));
        assert_eq!(pointers(to_decision(" ", false, true)), ["/reason"]);
        assert!(to_decision("", true, false).is_ok_and(|body| body.accept && body.reason.is_none()));
    }
}
