//! The participants of a project, and decisions about several of them at once.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use chrono::NaiveDate;
use songjiao_types::{
    EnrollmentId, Permission, WireEnum,
    completions::{IssuedHoursFate, Unmarked},
    enrollments::{AdmitEnrollments, EnrollmentQuery, EnrollmentStatus, EnrollmentView},
    projects::{ProjectStatus, ProjectView},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    admit::AdmitDialog,
    common::{is_undecided, status_badge},
};
use crate::{
    api::{
        ApiError,
        enrollments::{ReasonedDecision, admit_enrollments, decide_enrollment, list_enrollments},
        errors_by_item,
    },
    components::{
        Button, ButtonKind, ButtonLink, ChoiceFilter, Column, DataTable, EmptyState, ErrorPanel, FilterBar, IconName,
        ListOutput, ProgressBar, ReasonDialog, SearchFilter, Section, Segments, Tone, badge, use_toasts,
    },
    format,
    hooks::{Action, Load, filter, set_to, use_action, use_list, use_query_keep_previous},
    route::Route,
    session::use_session,
};

/// The columns of the printed list.
const PRINTED: &[&str] = &["teacher_no", "teacher_name", "organization_name", "stage", "subject", "backbone", "status"];

/// Properties of [`Participants`].
#[derive(Properties, PartialEq)]
pub struct ParticipantsProps {
    pub project: ProjectView,
    /// Reads the project again, since its counts change.
    pub reload: Callback<()>,
}

/// The API's errors by participant.
type EnrollmentErrors = Rc<HashMap<EnrollmentId, String>>;

/// The participants of a project.
#[component]
pub fn Participants(props: &ParticipantsProps) -> Html {
    let ParticipantsProps { project, reload } = props;
    let session = use_session();
    let list = use_list(EnrollmentQuery::default());
    let load = use_query_keep_previous(Some(list_enrollments(project.id, &list.request())));
    let picked = use_state(|| Rc::new(BTreeSet::<EnrollmentId>::new()));
    let faults = use_state(EnrollmentErrors::default);
    let live = matches!(project.status, ProjectStatus::Published | ProjectStatus::Running);
    let may_nominate = live && session.can(Permission::EnrollmentsNominate);
    let may_review = live && project.can_manage && session.can(Permission::EnrollmentsReview);
    let may_pick = may_nominate || may_review;
    let columns = use_memo(((*picked).clone(), (*faults).clone(), may_pick, project.starts_on), {
        let setter = picked.setter();
        move |(picked, faults, may_pick, starts_on)| columns(picked, faults, *may_pick, *starts_on, &setter)
    });
    let onchange = {
        let (picked, faults) = (picked.setter(), faults.setter());
        let (again, project) = (load.reload.clone(), reload.clone());
        Callback::from(move |found: Option<EnrollmentErrors>| {
            // Refused participants stay selected, to be corrected and tried again.
            if found.is_none() {
                picked.set(Rc::default());
            }
            faults.set(found.unwrap_or_default());
            again.emit(());
            project.emit(());
        })
    };
    let nominate = html! {
        if may_nominate {
            <ButtonLink to={Route::Nominate { id: project.id }} kind={ButtonKind::Primary} icon={IconName::Plus}>{ t!("选派学员") }</ButtonLink>
        }
    };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("还没有参培学员")}>
            <p>{ match project.status {
                ProjectStatus::Draft => t!("项目发布后，学校才能选派参培学员。"),
                _ if may_nominate => t!("从本校教师中选派符合遴选条件的学员。"),
                _ => t!("学校选派后会显示在这里。"),
            } }</p>
            { nominate.clone() }
        </EmptyState>
    };
    #[allow(clippy::cast_precision_loss, reason = "for drawing alone")]
    let admitted = project.counts.admitted as f64;
    let text = t!(
        "已录取 {admitted} / {capacity} 人，待审核 {nominated} 人",
        admitted = project.counts.admitted,
        capacity = project.capacity,
        nominated = project.counts.nominated
    );
    let full = project.counts.admitted >= i64::from(project.capacity);
    let all = list_enrollments(project.id, &list.query);
    let output = html! { <ListOutput<EnrollmentView> name={format!("{}{}", project.title, t!("参培学员名单"))} get={all} printed={PRINTED} /> };
    html! {
        <Section title={t!("参培学员")} flush=true actions={html! { <>{ output }{ nominate }</> }}>
            <div class="capacity">
                <ProgressBar label={t!("录取进度")} done={admitted} whole={f64::from(project.capacity)} {text}
                    tone={if full { Tone::Success } else { Tone::Info }} />
                if full { <p class="small">{ t!("已达到固定人数，有学员退出后才能再录取。") }</p> }
            </div>
            <FilterBar list={list.erase()}>
                <SearchFilter filter={filter!(list, q)} label={t!("姓名或教师编号")} />
                <ChoiceFilter<EnrollmentStatus> filter={filter!(list, status)} label={t!("学员状态")} />
            </FilterBar>
            if may_pick {
                <Decisions load={load.clone()} picked={(*picked).clone()} onpick={picked.setter()} {may_nominate} {may_review}
                    project={project.clone()} {onchange} />
            }
            <DataTable<EnrollmentView> caption={t!("参培学员名单")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("名学员")} {empty} />
        </Section>
    }
}

fn columns(
    picked: &Rc<BTreeSet<EnrollmentId>>,
    faults: &EnrollmentErrors,
    may_pick: bool,
    starts_on: NaiveDate,
    setter: &UseStateSetter<Rc<BTreeSet<EnrollmentId>>>,
) -> Vec<Column<EnrollmentView>> {
    let (picked, faults, setter) = (picked.clone(), faults.clone(), setter.clone());
    vec![
        Column::field("teacher_name", move |row: &EnrollmentView| {
            let id = row.id;
            let toggle = {
                let (picked, setter) = (picked.clone(), setter.clone());
                Callback::from(move |_: Event| {
                    let mut now = (*picked).clone();
                    if !now.remove(&id) {
                        now.insert(id);
                    }
                    setter.set(Rc::new(now));
                })
            };
            html! {
                <>
                    if may_pick {
                        <label class="pick">
                            <input type="checkbox" checked={picked.contains(&id)} onchange={toggle}
                                aria-label={t!("选择{teacher_name}", teacher_name = row.teacher_name)} />
                            <span class="strong">{ &row.teacher_name }</span>
                        </label>
                    } else {
                        <span class="strong">{ &row.teacher_name }</span>
                    }
                    if let Some(fault) = faults.get(&id) { <span class="row-fault">{ fault }</span> }
                </>
            }
        })
        .head(),
        Column::field("teacher_no", |row: &EnrollmentView| html! { <code>{ &row.teacher_no }</code> }).unbroken(),
        Column::field("organization_name", |row: &EnrollmentView| html! { &row.organization_name }),
        Column::new(t!("任教"), |row: &EnrollmentView| html! { format!("{}{}", t!(row.stage.label()), row.subject) }),
        Column::field("backbone", |row: &EnrollmentView| {
            html! { if row.backbone { { badge(Tone::Info, t!("骨干")) } } else { <span class="muted">{ "—" }</span> } }
        }),
        Column::field("status", move |row: &EnrollmentView| {
            let late = row.admitted_on.filter(|day| *day > starts_on);
            html! {
                <>
                    { status_badge(row.status) }
                    if let Some(day) = late { <div class="muted small">{ t!("自 {day} 起参加", day = format::date(day)) }</div> }
                    if let Some(day) = row.left_on { <div class="muted small">{ t!("至 {day}", day = format::date(day)) }</div> }
                </>
            }
        }),
        Column::field("created_at", |row: &EnrollmentView| html! { format::date_time(row.created_at) }).unbroken(),
        Column::field("reason", |row: &EnrollmentView| match &row.reason {
            Some(reason) => html! { reason },
            None => html! { <span class="muted">{ "—" }</span> },
        }),
    ]
}

#[derive(Properties, PartialEq)]
struct DecisionsProps {
    project: ProjectView,
    load: Load<songjiao_types::Page<EnrollmentView>>,
    picked: Rc<BTreeSet<EnrollmentId>>,
    onpick: UseStateSetter<Rc<BTreeSet<EnrollmentId>>>,
    may_nominate: bool,
    may_review: bool,
    /// Called after a decision, with the API's errors if it was refused.
    onchange: Callback<Option<EnrollmentErrors>>,
}

/// The decisions about a participant.
#[derive(Clone, Copy, PartialEq)]
enum Decision {
    Admit,
    WithReason(ReasonedDecision),
}

impl Decision {
    fn fits(self, status: EnrollmentStatus) -> bool {
        match self {
            Self::Admit | Self::WithReason(ReasonedDecision::Reject) => is_undecided(status),
            Self::WithReason(ReasonedDecision::Withdraw) => {
                is_undecided(status) || status == EnrollmentStatus::Admitted
            }
            Self::WithReason(ReasonedDecision::Disqualify) => status == EnrollmentStatus::Admitted,
            Self::WithReason(ReasonedDecision::Reinstate) => status == EnrollmentStatus::Rejected,
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Admit => t!("录取"),
            Self::WithReason(ReasonedDecision::Reject) => t!("不予录取"),
            Self::WithReason(ReasonedDecision::Withdraw) => t!("退出"),
            Self::WithReason(ReasonedDecision::Disqualify) => t!("取消资格"),
            Self::WithReason(ReasonedDecision::Reinstate) => t!("撤销驳回"),
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Admit => t!("系统核对在职、学科学段、乡村学校、人数和重复选派后录取；有一人不符合条件则都不录取。"),
            Self::WithReason(ReasonedDecision::Reject) => t!("不符合遴选条件的学员不予录取，学校可以另行选派。"),
            Self::WithReason(ReasonedDecision::Withdraw) => {
                t!("退出后不再参加后续活动，名额空出，学校可以另行选派。已参加的活动按缺勤比例认定或驳回学时。")
            }
            Self::WithReason(ReasonedDecision::Disqualify) => {
                t!("取消参训资格后不再计学时，名额空出，由学校更换学员。")
            }
            Self::WithReason(ReasonedDecision::Reinstate) => {
                t!("误驳回的学员回到待审核，名额须有空余；原驳回理由保留在操作日志中。")
            }
        }
    }
}

/// The bar with the decisions about the selected participants.
#[component]
fn Decisions(props: &DecisionsProps) -> Html {
    let DecisionsProps { project, load, picked, onpick, may_nominate, may_review, onchange } = props;
    let asking = use_state(|| None::<Decision>);
    let fate = use_state(|| IssuedHoursFate::Reject);
    let absent = use_state(|| false);
    let refusal = use_state(|| None::<ApiError>);
    let toasts = use_toasts();
    let rows: &[EnrollmentView] = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let chosen = |decision: Decision| -> Vec<EnrollmentId> {
        let fitting = rows.iter().filter(|row| picked.contains(&row.id) && decision.fits(row.status));
        fitting.map(|row| row.id).collect()
    };
    let admit = {
        let (asking, refusal, onchange, toasts) = (asking.setter(), refusal.setter(), onchange.clone(), toasts.clone());
        let project = project.id;
        // The errors refer to positions in the list that was sent.
        let sent = use_mut_ref(Vec::<EnrollmentId>::new);
        let remember = sent.clone();
        use_action(
            move |client, (ids, admitted_on): Admission| {
                remember.replace(ids.clone());
                async move { admit_enrollments(&client, project, &AdmitEnrollments { ids, admitted_on }).await }
            },
            move |outcome| {
                asking.set(None);
                match outcome {
                    Ok(()) => {
                        refusal.set(None);
                        toasts.success(t!("已录取 {count} 名学员", count = sent.borrow().len()));
                        onchange.emit(None);
                    }
                    Err(error) => {
                        onchange.emit(Some(Rc::new(errors_by_item(error.field_errors(), "/ids/", &sent.borrow()))));
                        refusal.set(Some(error));
                    }
                }
            },
        )
    };
    let remove = {
        let (asking, refusal, onchange) = (asking.setter(), refusal.setter(), onchange.clone());
        let further = (*fate, absent.then_some(Unmarked::Absent));
        use_action(
            move |client, (ids, how, reason): Removal| async move {
                let mut done = 0_usize;
                for id in ids {
                    if let Err(error) = decide_enrollment(&client, id, how, reason.clone(), further).await {
                        return Ok((done, Some((id, error))));
                    }
                    done += 1;
                }
                Ok((done, None))
            },
            move |outcome| {
                asking.set(None);
                let Ok((done, failed)) = outcome else { return };
                if done > 0 {
                    toasts.success(t!("已处理 {done} 名学员", done));
                }
                let faults = failed.as_ref().map(|(id, error)| Rc::new(HashMap::from([(*id, error.message())])));
                refusal.set(failed.map(|(_, error)| error));
                onchange.emit(faults);
            },
        )
    };
    let button = |decision: Decision| {
        let count = chosen(decision).len();
        let kind = if decision == Decision::Admit { ButtonKind::Primary } else { ButtonKind::Secondary };
        let label = if count == 0 {
            decision.verb().to_owned()
        } else {
            t!("{decision}（{count}）", decision = decision.verb(), count)
        };
        html! {
            <Button {kind} disabled={count == 0} onclick={set_to(&asking, Some(decision))}>{ label }</Button>
        }
    };
    let pick_all = {
        let ids: BTreeSet<EnrollmentId> =
            rows.iter().filter(|row| is_undecided(row.status)).map(|row| row.id).collect();
        let setter = onpick.clone();
        Callback::from(move |_: MouseEvent| setter.set(Rc::new(ids.clone())))
    };
    let pick_none = {
        let setter = onpick.clone();
        Callback::from(move |_: MouseEvent| setter.set(Rc::default()))
    };
    let shown = rows.iter().filter(|row| picked.contains(&row.id)).count();
    let waiting = rows.iter().filter(|row| is_undecided(row.status)).count();
    let confirm = asking.as_ref().map(|decision| {
        let further = further(*decision, &fate, &absent);
        confirmation(project, *decision, chosen(*decision), (&admit, &remove), (set_to(&asking, None), further))
    });
    html! {
        <div class="selection" role="group" aria-label={t!("批量处理")}>
            <p class="selection__count" aria-live="polite">{ t!("已选 {shown} 人", shown) }</p>
            if waiting > 0 {
                <Button kind={ButtonKind::Quiet} onclick={pick_all}>{ t!("选中待审核（{waiting}）", waiting) }</Button>
            }
            if shown > 0 { <Button kind={ButtonKind::Quiet} onclick={pick_none}>{ t!("取消选择") }</Button> }
            <span class="selection__actions">
                if *may_review { { button(Decision::Admit) }{ button(Decision::WithReason(ReasonedDecision::Reject)) } }
                if *may_nominate { { button(Decision::WithReason(ReasonedDecision::Withdraw)) } }
                if *may_review { { button(Decision::WithReason(ReasonedDecision::Disqualify)) }{ button(Decision::WithReason(ReasonedDecision::Reinstate)) } }
            </span>
            if let Some(error) = (*refusal).clone() {
                <div class="selection__refusal"><ErrorPanel {error} /></div>
            }
            { confirm.unwrap_or_default() }
        </div>
    }
}

/// What a decision asks besides the reason.
fn further(decision: Decision, fate: &UseStateHandle<IssuedHoursFate>, absent: &UseStateHandle<bool>) -> Html {
    match decision {
        Decision::WithReason(ReasonedDecision::Disqualify) => {
            let onchange = fate.setter();
            let onchange = Callback::from(move |chosen| onchange.set(chosen));
            html! { <Segments<IssuedHoursFate> id="hours-fate" label={t!("已获得的学时")} value={Some(**fate)} {onchange} /> }
        }
        Decision::WithReason(ReasonedDecision::Withdraw) => {
            let setter = absent.setter();
            let onchange = Callback::from(move |event: Event| {
                setter.set(event.target_unchecked_into::<HtmlInputElement>().checked());
            });
            html! {
                <label class="pick">
                    <input type="checkbox" checked={**absent} {onchange} />
                    <span>{ t!("没有登记的一律按缺勤登记") }</span>
                </label>
            }
        }
        _ => Html::default(),
    }
}

/// Whom to admit, and from which day on.
type Admission = (Vec<EnrollmentId>, Option<NaiveDate>);
/// For whom a decision is made, which, and why.
type Removal = (Vec<EnrollmentId>, ReasonedDecision, String);

fn confirmation(
    project: &ProjectView,
    decision: Decision,
    ids: Vec<EnrollmentId>,
    (admit, remove): (&Action<Admission>, &Action<Removal>),
    (oncancel, further): (Callback<()>, Html),
) -> Html {
    let title = t!("{decision} {count} 名学员？", decision = decision.verb(), count = ids.len());
    let confirm = t!("确认{decision}", decision = decision.verb());
    match decision {
        Decision::Admit => {
            let onconfirm = admit.run.reform(move |day| (ids.clone(), day));
            html! {
                <AdmitDialog project={project.clone()} {title} {confirm} busy={admit.busy} {onconfirm} {oncancel}>
                    <p>{ decision.says() }</p>
                </AdmitDialog>
            }
        }
        Decision::WithReason(how) => {
            let onconfirm = remove.run.reform(move |reason| (ids.clone(), how, reason));
            html! {
                <ReasonDialog open=true {title} {confirm} busy={remove.busy} {onconfirm} {oncancel}>
                    <p>{ decision.says() }</p>
                    { further }
                </ReasonDialog>
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_fits_the_participant_s_status() {
        let fitting = |decision: Decision| -> Vec<&str> {
            let all = EnrollmentStatus::ALL.iter().filter(|status| decision.fits(**status));
            all.map(|status| status.as_str()).collect()
        };
        assert_eq!(fitting(Decision::Admit), ["nominated", "announced", "reviewed"]);
        assert_eq!(
            fitting(Decision::WithReason(ReasonedDecision::Withdraw)),
            ["nominated", "announced", "reviewed", "admitted"]
        );
        assert_eq!(fitting(Decision::WithReason(ReasonedDecision::Disqualify)), ["admitted"]);
        assert_eq!(fitting(Decision::WithReason(ReasonedDecision::Reinstate)), ["rejected"]);
    }
}
