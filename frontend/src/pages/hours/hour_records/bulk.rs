//! The page that decides on all pending records of a filter, after a dry count.

use songjiao_types::{
    FieldError, ImportId, OrganizationId, ProjectId, TeacherId, WireEnum,
    hour_records::{
        DecideHourRecords, DecidedHourRecords, HourRecordDecision, HourRecordFilter, HourRecordHold, HourRecordQuery,
        HourRecordStatus, IMPORT_SOURCE, LeftOutRecords, MANUAL_SOURCE, PROJECT_SOURCE,
    },
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};
use yew::prelude::*;
use yew_router::{prelude::*, query::Raw};

use super::common::{list_crumb, source_label};
use crate::{
    api::hour_records::decide_hour_records,
    calendar::Calendar,
    components::{
        Button, ButtonKind, Dialog, FormView, Link, Notice, OptionField, OrganizationField, PageHeader, Section,
        SelectField, TeacherField, TextAreaField, TextField, Tone, use_toasts,
    },
    format,
    hooks::{Errors, bind, optional_text, set_to, use_calendar, use_dry_run, use_form, use_submit, use_url_query},
    query::encode,
    route::Route,
};

#[derive(Clone, Default)]
struct Draft {
    decision: Option<HourRecordDecision>,
    q: String,
    training_year: String,
    organization_id: Option<OrganizationId>,
    teacher_id: Option<TeacherId>,
    level: Option<TrainingLevel>,
    mode: Option<TrainingMode>,
    dimension: Option<TrainingDimension>,
    source: String,
    project_id: Option<ProjectId>,
    import_id: Option<ImportId>,
    reason: String,
}

impl Draft {
    fn of(query: &HourRecordQuery) -> Self {
        Self {
            decision: None,
            q: query.q.clone().unwrap_or_default(),
            training_year: query.training_year.map(|year| year.to_string()).unwrap_or_default(),
            organization_id: query.organization_id,
            teacher_id: query.teacher_id,
            level: query.level,
            mode: query.mode,
            dimension: query.dimension,
            source: query.source.clone().unwrap_or_default(),
            project_id: query.project_id,
            import_id: query.import_id,
            reason: String::new(),
        }
    }

    fn filter(&self) -> HourRecordFilter {
        HourRecordFilter {
            q: optional_text(&self.q),
            teacher_id: self.teacher_id,
            organization_id: self.organization_id,
            training_year: self.training_year.parse().ok(),
            level: self.level,
            mode: self.mode,
            dimension: self.dimension,
            source: optional_text(&self.source),
            project_id: self.project_id,
            import_id: self.import_id,
        }
    }

    /// `expected` is the number that a dry run counted; without one the records are only counted.
    fn to_wire(&self, expected: Option<i64>) -> Result<DecideHourRecords, Vec<FieldError>> {
        let mut required = vec![("/decision", self.decision.map(|_| "given").unwrap_or_default())];
        if self.decision.is_some_and(|decision| decision != HourRecordDecision::Recognize) {
            required.push(("/reason", &self.reason));
        }
        Errors::required(&required).build(|| {
            Some(DecideHourRecords {
                decision: self.decision?,
                filter: self.filter(),
                reason: optional_text(&self.reason),
                dry_run: expected.is_none(),
                expected,
            })
        })
    }
}

/// Asks for the decision and the filter, counts the records, and decides on them once confirmed.
#[component]
pub fn DecidePage() -> Html {
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let query: HourRecordQuery = use_url_query().read();
    let calendar = use_calendar();
    let years = calendar.value().map(|calendar| Calendar::of(calendar).year_options()).unwrap_or_default();
    let counted = use_state(|| None::<DecidedHourRecords>);
    // Not a page form: an older draft would bring back the filter of another list.
    let form = use_form(|| Draft::of(&query));
    let check = {
        let counted = counted.clone();
        use_dry_run(
            &form,
            |draft: &Draft| draft.to_wire(None),
            |client, body| async move { decide_hour_records(&client, &body).await },
            move |answer| counted.set(Some(answer.value)),
        )
    };
    let send = {
        let expected = counted.as_ref().map(|counts| counts.decided);
        let (decision, filter) = (form.draft().decision, form.draft().filter());
        use_submit(
            &form,
            move |draft: &Draft| draft.to_wire(expected),
            |client, body| async move { decide_hour_records(&client, &body).await },
            move |decided| {
                let (records, hours) = (format::count(decided.value.decided), decided.value.hours);
                toasts.success(done(decision, &records, &hours.to_string()));
                let decided =
                    HourRecordQuery { status: decision.map(HourRecordDecision::status), ..filter.clone().pending() };
                // `Raw` is encoded already and cannot fail.
                let _ = navigator.replace_with_query(&Route::HourRecords, Raw(encode(&decided)));
            },
        )
    };
    let close = set_to(&counted, None);
    let confirm = {
        let close = close.clone();
        Callback::from(move |_: MouseEvent| {
            close.emit(());
            send.emit(());
        })
    };
    let draft = form.draft();
    let ready = counted.as_ref().is_some_and(|counts| counts.decided > 0 && !lacks_reason(draft, counts));
    let kind = match draft.decision {
        Some(HourRecordDecision::Recognize) => ButtonKind::Primary,
        _ => ButtonKind::Danger,
    };
    let footer = html! {
        <>
            <Button onclick={close.reform(|_| ())}>{ if ready { t!("取消") } else { t!("返回修改") } }</Button>
            if ready { <Button {kind} onclick={confirm}>{ confirming(draft.decision) }</Button> }
        </>
    };
    let mut sources = vec![MANUAL_SOURCE, PROJECT_SOURCE, IMPORT_SOURCE];
    sources.extend(query.source.as_deref().filter(|source| !sources.contains(source)));
    let sources: Vec<_> =
        sources.into_iter().map(|source| (source.to_owned().into(), source_label(source).into())).collect();
    let organization =
        form.bind("/filter/organization_id", draft.organization_id, |draft, id| draft.organization_id = id);
    html! {
        <>
            <PageHeader title={t!("按条件批量处理")} crumbs={vec![list_crumb()]}
                subtitle={t!("对符合条件的待认定记录一并认定、驳回或退回。先试算，确认后执行；疑似重复、异常、待项目结业和本人的记录不在此列。")} />
            <Section>
                { narrowed(&query) }
                <FormView status={form.status()} onsubmit={check} submit={t!("试算")} cancel={Route::HourRecords} label={t!("按条件批量处理")}>
                    <SelectField<HourRecordDecision> label={t!("处理")} required=true bind={bind!(form.decision)} />
                    <OptionField label={t!("培训年度")} none={t!("全部")} options={years} bind={bind!(form.training_year)} />
                    <OrganizationField label={t!("单位")} placeholder={t!("全部")} bind={organization} />
                    <TeacherField label={t!("教师")} placeholder={t!("全部")} bind={bind!(form.teacher_id)} />
                    <SelectField<TrainingLevel> label={t!("培训类别")} none={t!("全部")} bind={bind!(form.level)} />
                    <SelectField<TrainingMode> label={t!("培训方式")} none={t!("全部")} bind={bind!(form.mode)} />
                    <SelectField<TrainingDimension> label={t!("三修")} none={t!("全部")} bind={bind!(form.dimension)} />
                    <OptionField label={t!("来源")} none={t!("全部")} options={sources} bind={bind!(form.source)} />
                    <TextField label={t!("项目、机构或教师")} maxlength="100" hint={t!("包含这些文字的记录；留空则不限。")} bind={bind!(form.q)} />
                    <TextAreaField label={t!("理由")} maxlength="500" required={draft.decision.is_some_and(|decision| decision != HourRecordDecision::Recognize)}
                        hint={t!("驳回、退回须填写，会显示给学校和教师本人；认定已结账年度的学时也须填写。")} bind={bind!(form.reason)} />
                </FormView>
                <Dialog open={counted.is_some()} title={asking(draft.decision)} onclose={close} {footer}>
                    { counted.as_ref().map(|counts| outcome(draft, counts)).unwrap_or_default() }
                </Dialog>
            </Section>
        </>
    }
}

/// What limits the records besides the fields, and which filters of the list a decision in bulk does not know.
fn narrowed(query: &HourRecordQuery) -> Html {
    let dropped = query.status.is_some_and(|status| status != HourRecordStatus::Pending)
        || query.hold.is_some_and(|hold| hold != HourRecordHold::Decision)
        || query.flag.is_some()
        || query.suspected == Some(true);
    html! {
        <>
            if let Some(id) = query.import_id {
                <Notice title={t!("只处理一次导入的记录")}><p><Link to={Route::Import { id }}>{ t!("查看这次导入") }</Link></p></Notice>
            }
            if let Some(id) = query.project_id {
                <Notice title={t!("只处理一个项目的记录")}><p><Link to={Route::Project { id }}>{ t!("查看项目") }</Link></p></Notice>
            }
            if dropped {
                <Notice tone={Tone::Warning} title={t!("列表的部分筛选没有带入")}>
                    <p>{ t!("批量处理只涉及待认定且不等待其他事项的记录；列表中按状态、等待事项、异常情况或疑似重复的筛选在此不起作用，这些记录请逐条处理。") }</p>
                </Notice>
            }
        </>
    }
}

fn lacks_reason(draft: &Draft, counts: &DecidedHourRecords) -> bool {
    counts.closed > 0 && optional_text(&draft.reason).is_none()
}

fn outcome(draft: &Draft, counts: &DecidedHourRecords) -> Html {
    let (records, hours) = (format::count(counts.decided), counts.hours);
    html! {
        <div class="stack">
            if counts.decided == 0 {
                <Notice>{ t!("没有符合条件的待认定记录。") }</Notice>
            } else {
                <p><strong>{ t!("{records} 条记录，共 {hours} 学时。", records, hours) }</strong>{ consequence(draft.decision) }</p>
                if draft.filter() == HourRecordFilter::default() {
                    <Notice tone={Tone::Warning}>{ t!("没有设任何条件，涉及您管理范围内的全部待认定记录。") }</Notice>
                }
            }
            if counts.closed > 0 {
                <Notice tone={Tone::Warning} title={t!("其中 {closed} 条属已结账年度，学时计为补录", closed = format::count(counts.closed))}>
                    if lacks_reason(draft, counts) { <p>{ t!("请返回填写理由，再试算一次。") }</p> }
                </Notice>
            }
            if !counts.left_out.is_empty() {
                <div>
                    <p>{ t!("另有符合条件的记录不在此列：") }</p>
                    <ul>{ for counts.left_out.iter().map(|left| left_out(draft, left)) }</ul>
                </div>
            }
        </div>
    }
}

/// How many records wait for something else, with a link to them.
fn left_out(draft: &Draft, left: &LeftOutRecords) -> Html {
    let text = t!("{hold}：{records} 条", hold = t!(left.hold.label()), records = format::count(left.records));
    let query = HourRecordQuery { hold: Some(left.hold), ..draft.filter().pending() };
    html! { <li><Link to={Route::HourRecords} query={encode(&query)}>{ text }</Link></li> }
}

fn asking(decision: Option<HourRecordDecision>) -> &'static str {
    match decision {
        Some(HourRecordDecision::Reject) => t!("批量驳回？"),
        Some(HourRecordDecision::Return) => t!("批量退回？"),
        Some(HourRecordDecision::Recognize) | None => t!("批量认定？"),
    }
}

fn confirming(decision: Option<HourRecordDecision>) -> &'static str {
    match decision {
        Some(HourRecordDecision::Reject) => t!("确认驳回"),
        Some(HourRecordDecision::Return) => t!("确认退回"),
        Some(HourRecordDecision::Recognize) | None => t!("确认认定"),
    }
}

fn consequence(decision: Option<HourRecordDecision>) -> &'static str {
    match decision {
        Some(HourRecordDecision::Reject) => t!("驳回的记录不计学时，原因会显示给学校和教师本人；误驳回可逐条恢复。"),
        Some(HourRecordDecision::Return) => t!("退回的记录不计学时，学校更正后另行登记。"),
        Some(HourRecordDecision::Recognize) | None => t!("认定后计入教师的年度学时和五年学分，只能以作废更正。"),
    }
}

fn done(decision: Option<HourRecordDecision>, records: &str, hours: &str) -> String {
    match decision {
        Some(HourRecordDecision::Reject) => t!("已驳回 {records} 条记录，共 {hours} 学时", records, hours),
        Some(HourRecordDecision::Return) => t!("已退回 {records} 条记录，共 {hours} 学时", records, hours),
        Some(HourRecordDecision::Recognize) | None => t!("已认定 {records} 条记录，共 {hours} 学时", records, hours),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::pointers;

    #[test]
    fn rejecting_and_returning_ask_for_a_reason() {
        let draft = |decision| Draft { decision, ..Draft::default() };
        assert_eq!(pointers(draft(None).to_wire(None)), ["/decision"]);
        assert_eq!(pointers(draft(Some(HourRecordDecision::Reject)).to_wire(None)), ["/reason"]);
        assert_eq!(pointers(draft(Some(HourRecordDecision::Return)).to_wire(None)), ["/reason"]);
        assert!(draft(Some(HourRecordDecision::Recognize)).to_wire(None).is_ok());
    }

    #[test]
    fn the_filter_of_the_list_is_taken_over_and_only_the_second_request_decides() {
        let query = HourRecordQuery {
            q: Some("国培".into()),
            training_year: Some(2026),
            level: Some(TrainingLevel::National),
            hold: Some(HourRecordHold::Flagged),
            ..HourRecordQuery::default()
        };
        let draft = Draft { decision: Some(HourRecordDecision::Recognize), ..Draft::of(&query) };
        let counting = draft.to_wire(None).expect("a body");
        assert!(counting.dry_run && counting.expected.is_none());
        let expected = HourRecordFilter {
            q: Some("国培".into()),
            training_year: Some(2026),
            level: Some(TrainingLevel::National),
            ..HourRecordFilter::default()
        };
        assert_eq!(counting.filter, expected);
        let deciding = draft.to_wire(Some(12)).expect("a body");
        assert!(!deciding.dry_run && deciding.expected == Some(12));
    }
}
