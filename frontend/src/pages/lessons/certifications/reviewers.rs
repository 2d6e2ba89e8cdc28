//! The reviewers of an application: who was named, whom the user can name, and why others may not review.

use songjiao_types::{
    CertificationId, FieldError, Permission, WireEnum,
    certifications::{CertificationView, NameReviewer, NamedReviewer, ReviewerCandidate, ReviewerCandidates},
};
use yew::prelude::*;

use crate::{
    api::certifications::{list_reviewers, name_reviewer, remove_reviewer},
    components::{
        Button, Column, ConfirmButton, Dialog, FormView, IconName, Notice, OptionField, RowTable, Section, Success,
        TextAreaField, Tone, Work, badge, loaded, use_save,
    },
    format,
    hooks::{Errors, bind, both, optional_text, set_to, use_form, use_query},
    session::use_session,
};

/// Properties of [`Reviewers`].
#[derive(Properties, PartialEq)]
pub struct ReviewersProps {
    pub certification: CertificationView,
    /// The ETag of the certification.
    pub etag: String,
    /// Whether the user names reviewers: the application is open, and the user decides.
    pub names: bool,
    pub reload: Callback<()>,
}

/// The named reviewers, and the button that names one.
#[component]
pub fn Reviewers(props: &ReviewersProps) -> Html {
    let ReviewersProps { certification, etag, names, reload } = props;
    let open = use_state(|| false);
    let named = &certification.named_reviewers;
    if named.is_empty() && !names && certification.too_few_reviewers.is_none() {
        return Html::default();
    }
    html! {
        <Section title={t!("评审人")}>
            { too_few(certification) }
            if named.is_empty() {
                <p class="muted">{ t!("没有指定评审人：凡有评审权限、能看到本课例且与课例无关的人都可以评审。") }</p>
            } else {
                <ul>{ for named.iter().map(|reviewer| line(certification.id, reviewer, etag, *names, reload)) }</ul>
            }
            if *names {
                <Button icon={IconName::Plus} onclick={set_to(&open, true)}>{ t!("指定评审人") }</Button>
                <Dialog open={*open} title={t!("指定评审人")} onclose={set_to(&open, false)}>
                    <Picker id={certification.id} reload={reload.clone()} onclose={set_to(&open, false)} />
                </Dialog>
            }
        </Section>
    }
}

/// Says that too few can review, and why the others cannot.
fn too_few(certification: &CertificationView) -> Html {
    let Some(too_few) = &certification.too_few_reviewers else { return Html::default() };
    let (possible, required) = (too_few.possible, certification.reviews_required);
    html! {
        <Notice tone={Tone::Warning} title={t!("可以评审的人不足")}>
            <p>{ t!("需要 {required} 位评审人，能独立评审的只有 {possible} 位。教育局可以准许一名未评定等次的团队成员评审，并说明理由。", required, possible) }</p>
            if !too_few.excluded.is_empty() {
                <ul>
                    { for too_few.excluded.iter().map(|one| html! {
                        <li>{ t!("{name}：{cause}", name = one.name, cause = t!(one.cause.label())) }</li>
                    }) }
                </ul>
            }
        </Notice>
    }
}

fn line(id: CertificationId, reviewer: &NamedReviewer, etag: &str, names: bool, reload: &Callback<()>) -> Html {
    let (account, name, etag) = (reviewer.user_id, reviewer.name.clone(), etag.to_owned());
    let work = Work::new(move |client, ()| {
        let (etag, name) = (etag.clone(), name.clone());
        async move {
            remove_reviewer(&client, id, &etag, account).await?;
            Ok(Success::toast(t!("已撤下评审人{name}", name)))
        }
    });
    let at = format::date_time(reviewer.named_at);
    html! {
        <li>
            { t!("{name}（{by} 指定，{at}）", name = reviewer.name, by = reviewer.named_by_name, at) }
            if let Some(reason) = &reviewer.admission_reason {
                { " " }{ badge(Tone::Info, t!("本团队成员，经准许")) }{ " " }<span class="muted">{ reason }</span>
            }
            if names {
                { " " }
                <ConfirmButton icon={IconName::Close} text={t!("撤下")} title={t!("撤下评审人{name}？", name = reviewer.name)}
                    confirm={t!("撤下")} {work} onsettled={reload.clone()}>
                    <p>{ t!("撤下后，其仅因被指定而能看到的课例和材料不再可见。") }</p>
                </ConfirmButton>
            }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct PickerProps {
    id: CertificationId,
    reload: Callback<()>,
    onclose: Callback<()>,
}

/// Loads who may review, then shows the form.
#[component]
fn Picker(props: &PickerProps) -> Html {
    let PickerProps { id, reload, onclose } = props;
    let load = use_query(Some(list_reviewers(*id)));
    loaded(
        &load,
        |found| html! { <PickerForm id={*id} found={found.clone()} reload={reload.clone()} onclose={onclose.clone()} /> },
    )
}

#[derive(Properties, PartialEq)]
struct PickerFormProps {
    id: CertificationId,
    found: ReviewerCandidates,
    reload: Callback<()>,
    onclose: Callback<()>,
}

#[derive(Clone, Default)]
struct Naming {
    /// The account; blank if nobody is chosen.
    reviewer: String,
    reason: String,
}

impl Naming {
    /// Returns the candidate who is chosen.
    fn chosen<'a>(&self, found: &'a ReviewerCandidates) -> Option<&'a ReviewerCandidate> {
        found.items.iter().find(|candidate| candidate.user_id.to_string() == self.reviewer)
    }

    fn to_wire(&self, found: &ReviewerCandidates) -> Result<NameReviewer, Vec<FieldError>> {
        let mut errors = Errors::default();
        let chosen = errors.chosen("/user_id", self.chosen(found), t!("请选择评审人"));
        let reason = match chosen.is_some_and(|candidate| candidate.admissible) {
            true => errors.chosen("/reason", optional_text(&self.reason), t!("请填写此项")),
            false => None,
        };
        errors.build(|| Some(NameReviewer { user_id: chosen?.user_id, reason }))
    }
}

/// Returns the candidates whom the user can name.
fn choices(found: &ReviewerCandidates, admits: bool) -> Vec<(AttrValue, AttrValue)> {
    let open = found.items.iter().filter(|candidate| {
        !candidate.reviewed
            && match candidate.excluded_because {
                None => !candidate.named,
                Some(_) => candidate.admissible && admits,
            }
    });
    open.map(|candidate| {
        let (name, organization) = (&candidate.name, &candidate.organization_name);
        let label = match candidate.admissible {
            true => t!("{name}（{organization}，本团队成员，须准许）", name, organization),
            false => t!("{name}（{organization}）", name, organization),
        };
        (candidate.user_id.to_string().into(), label.into())
    })
    .collect()
}

#[component]
fn PickerForm(props: &PickerFormProps) -> Html {
    let PickerFormProps { id, found, reload, onclose } = props;
    let (id, session) = (*id, use_session());
    let admits = session.can(Permission::CertificationsAdmit);
    let form = use_form(Naming::default);
    let done = both(onclose, reload);
    let submit = {
        let found = found.clone();
        use_save(
            &form,
            move |draft: &Naming| draft.to_wire(&found),
            move |client, body| async move { name_reviewer(&client, id, &body).await },
            move |_| t!("已指定评审人"),
            move |_| done.emit(()),
        )
    };
    let admitting = form.draft().chosen(found).is_some_and(|candidate| candidate.admissible);
    let excluded: Vec<ReviewerCandidate> =
        found.items.iter().filter(|candidate| candidate.excluded_because.is_some()).cloned().collect();
    let options = choices(found, admits);
    html! {
        <FormView status={form.status()} onsubmit={submit} submit={if admitting { t!("准许评审") } else { t!("指定评审人") }} narrow=true
            oncancel={onclose.clone()} label={t!("指定评审人")}>
            <p>{ t!("被指定的人能看到本课例、材料和认定申请，即使课例不在其管理范围内。") }</p>
            <OptionField label={t!("评审人")} required=true {options}
                bind={form.bind("/user_id", form.draft().reviewer.clone(), |draft, chosen| draft.reviewer = chosen)} />
            if admitting {
                <TextAreaField label={t!("准许理由")} required=true rows=3 maxlength="2000" bind={bind!(form.reason)} />
            }
            if !excluded.is_empty() {
                <h3 class="subheading">{ t!("不能评审的人及原因") }</h3>
                <RowTable<ReviewerCandidate> caption={t!("不能评审的人及原因")} columns={columns()} rows={excluded} />
            }
        </FormView>
    }
}

fn columns() -> Vec<Column<ReviewerCandidate>> {
    vec![
        Column::new(t!("姓名"), |row: &ReviewerCandidate| html! { &row.name }).head(),
        Column::new(t!("单位"), |row: &ReviewerCandidate| html! { &row.organization_name }),
        Column::new(
            t!("原因"),
            |row: &ReviewerCandidate| html! { row.excluded_because.map_or("", |cause| t!(cause.label())) },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use songjiao_types::{Role, certifications::ReviewerExclusion};

    use super::*;
    use crate::hooks::pointers;

    fn candidate(last: u8, excluded_because: Option<ReviewerExclusion>, admissible: bool) -> ReviewerCandidate {
        ReviewerCandidate {
            user_id: format!("019325a0-7d3c-7e41-8f4b-2f1c6a5d9e1{last}").parse().expect("an id"),
            name: "赵国栋".into(),
            role: Role::TrainingSchoolAdmin,
            organization_name: "教师进修学校".into(),
            excluded_because,
            admissible,
            named: false,
            reviewed: false,
        }
    }

    #[test]
    fn who_is_excluded_is_not_offered_unless_the_user_admits_them() {
        use ReviewerExclusion::{GradedLesson, LessonTeam};
        let items = vec![
            candidate(0, None, false),
            candidate(1, Some(LessonTeam), true),
            candidate(2, Some(GradedLesson), false),
        ];
        let found = ReviewerCandidates { items, too_few_reviewers: true };
        assert_eq!(choices(&found, false).len(), 1);
        assert_eq!(choices(&found, true).len(), 2);
        let mut naming = Naming::default();
        assert_eq!(pointers(naming.to_wire(&found)), ["/user_id"]);
        naming.reviewer = found.items[1].user_id.to_string();
        assert_eq!(pointers(naming.to_wire(&found)), ["/reason"]);
        naming.reason = "人数不足".into();
        assert!(naming.to_wire(&found).is_ok_and(|body| body.reason.as_deref() == Some("人数不足")));
    }
}
