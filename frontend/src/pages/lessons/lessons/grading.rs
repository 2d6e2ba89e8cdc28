//! Grading of a lesson by the team: 合格课, 优质课 or 精品课.

use songjiao_types::{
    FieldError, WireEnum,
    certifications::CertificationStatus,
    lessons::{GradeLesson, LessonGrade, LessonView},
};
use yew::prelude::*;

use crate::{
    api::lessons::grade_lesson,
    components::{Button, ButtonKind, Dialog, FormView, IconName, SelectField, TextAreaField, use_save},
    hooks::{Errors, bind, both, optional_text, set_to, use_form},
    i18n::{self, heading},
};

/// Properties of [`GradeButton`].
#[derive(Properties, PartialEq)]
pub struct GradeButtonProps {
    pub lesson: LessonView,
    pub reload: Callback<()>,
}

/// Opens the form that grades the lesson.
#[component]
pub fn GradeButton(props: &GradeButtonProps) -> Html {
    let GradeButtonProps { lesson, reload } = props;
    let open = use_state(|| false);
    let (kind, label) = match lesson.grade {
        None => (ButtonKind::Primary, t!("评定等次")),
        Some(_) => (ButtonKind::Secondary, t!("重新评定")),
    };
    html! {
        <>
            <Button {kind} icon={IconName::Medal} onclick={set_to(&open, true)}>{ label }</Button>
            <Dialog open={*open} title={t!("评定“{title}”", title = lesson.title)} onclose={set_to(&open, false)}>
                <GradeForm lesson={lesson.clone()} reload={reload.clone()} onclose={set_to(&open, false)} />
            </Dialog>
        </>
    }
}

#[derive(Clone, Default)]
struct Draft {
    grade: Option<LessonGrade>,
    comment: String,
}

impl Draft {
    fn to_wire(&self) -> Result<GradeLesson, Vec<FieldError>> {
        let mut errors = Errors::default();
        let grade = errors.chosen("/grade", self.grade, t!("请选择等次"));
        errors.build(|| Some(GradeLesson { grade: grade?, comment: optional_text(&self.comment) }))
    }
}

#[derive(Properties, PartialEq)]
struct GradeFormProps {
    lesson: LessonView,
    reload: Callback<()>,
    onclose: Callback<()>,
}

#[component]
fn GradeForm(props: &GradeFormProps) -> Html {
    let GradeFormProps { lesson, reload, onclose } = props;
    let id = lesson.id;
    let form = use_form(|| Draft { grade: lesson.grade, comment: lesson.grade_comment.clone().unwrap_or_default() });
    let done = both(onclose, reload);
    let submit = use_save(
        &form,
        Draft::to_wire,
        move |client, body| async move { grade_lesson(&client, id, &body).await },
        move |graded| {
            let grade = graded.value.grade.map(i18n::label).unwrap_or_default();
            t!("已评定为{grade}", grade)
        },
        move |_| done.emit(()),
    );
    let draft = form.draft();
    let award = draft.grade.map_or_else(
        || t!("达到“三课”标准的，合格课认定为达标课，优质课认定为优质课，精品课认定为示范课。").to_owned(),
        |grade| t!("认定通过后，{grade}授予“{award}”。", grade = t!(grade.label()), award = t!(grade.award().label())),
    );
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={t!("确定等次")} narrow=true oncancel={onclose.clone()} label={t!("评定等次")}>
            <SelectField<LessonGrade> label={heading::<LessonView>("grade")} required=true offer={offered(lesson)} hint={award}
                bind={bind!(form.grade)} />
            <TextAreaField label={heading::<LessonView>("grade_comment")} rows=5 maxlength="2000" hint={t!("教师本人可以看到。")} bind={bind!(form.comment)} />
        </FormView>
    }
}

/// The grades on offer: none below an award in force.
fn offered(lesson: &LessonView) -> Vec<LessonGrade> {
    let in_force = lesson.certification.as_ref().filter(|it| it.status == CertificationStatus::Accepted);
    let least = in_force.and_then(|it| it.award);
    LessonGrade::ALL.iter().copied().filter(|grade| least.is_none_or(|least| grade.award() >= least)).collect()
}

/// Whether the lesson may be graded now: not during a review.
pub fn open_to_grading(lesson: &LessonView) -> bool {
    lesson.certification.as_ref().is_none_or(|it| it.status != CertificationStatus::Applied)
}

#[cfg(test)]
mod tests {
    use songjiao_types::{certifications::Award, lessons::LessonCertification};

    use super::{super::samples::lesson, *};

    #[test]
    fn a_grade_is_required_and_a_comment_is_optional() {
        assert!(Draft::default().to_wire().is_err());
        let body = Draft { grade: Some(LessonGrade::Good), comment: "  ".into() }.to_wire().expect("a valid draft");
        assert!(body.comment.is_none());
    }

    #[test]
    fn nothing_below_the_award_in_force_is_offered() {
        let mut lesson = lesson();
        assert_eq!(offered(&lesson).len(), 3);
        lesson.certification = Some(LessonCertification {
            id: "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().expect("an id"),
            status: CertificationStatus::Accepted,
            award: Some(Award::Quality),
            number: None,
        });
        assert_eq!(offered(&lesson), [LessonGrade::Good, LessonGrade::Excellent]);
        assert!(open_to_grading(&lesson));
    }
}
