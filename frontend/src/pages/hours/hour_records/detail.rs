//! One hour record.

use songjiao_types::{
    HourRecordId, Permission, WireEnum,
    hour_records::{HourRecordHold, HourRecordQuery, HourRecordStatus, HourRecordView, PROJECT_SOURCE},
};
use yew::prelude::*;

use super::{
    common::{list_crumb, source_label, status_badge},
    decisions::{decisions, withdrawal},
};
use crate::{
    api::hour_records::find_hour_record,
    components::{
        ButtonLink, IconName, IdProps, KeyValues, Link, Notice, OrganizationLink, PageHeader, Section, Tone, loaded,
    },
    format,
    hooks::use_query,
    i18n::heading,
    pages::people::teachers::teacher_link,
    query::encode,
    route::Route,
    session::use_session,
};

/// The page of an hour record.
#[component]
pub fn DetailPage(props: &IdProps<HourRecordId>) -> Html {
    let load = use_query(Some(find_hour_record(props.id)));
    let reload = load.reload.clone();
    loaded(&load, |record| html! { <Detail record={record.clone()} {reload} /> })
}

#[derive(Properties, PartialEq)]
struct DetailProps {
    record: HourRecordView,
    reload: Callback<()>,
}

#[component]
fn Detail(props: &DetailProps) -> Html {
    let DetailProps { record, reload } = props;
    let session = use_session();
    let recognizes = session.can(Permission::HoursRecognize);
    // A team sees what its projects issued to the teacher, not what other sources say.
    let sees_others =
        session.me().is_some_and(|me| !me.role.sees_by_assignment() || me.teacher_id == Some(record.teacher_id));
    let me = session.me();
    let own = me.as_ref().is_some_and(|me| me.teacher_id == Some(record.teacher_id));
    let withdraws = record.status == HourRecordStatus::Pending
        && record.source != PROJECT_SOURCE
        && me.as_ref().is_some_and(|me| me.id == record.created_by);
    let submits = session.can(Permission::HoursSubmit);
    let corrects = submits && record.status == HourRecordStatus::Returned;
    let again = submits && record.status == HourRecordStatus::Withdrawn;
    let new = encode(&HourRecordQuery { teacher_id: Some(record.teacher_id), ..Default::default() });
    let actions = html! {
        <>
            if again {
                <ButtonLink to={Route::NewHourRecord} query={new.clone()} icon={IconName::Plus}>{ t!("重新录入") }</ButtonLink>
            }
            if corrects {
                <ButtonLink to={Route::NewHourRecord} query={format!("{new}&former_id={}", record.id)} icon={IconName::Plus}>{ t!("更正后重新登记") }</ButtonLink>
            }
            if submits && withdraws { { withdrawal(record, reload) } }
            if recognizes && !own { { decisions(record, reload) } }
        </>
    };
    html! {
        <>
            <PageHeader title={record.title.clone()} crumbs={vec![list_crumb()]} beside={status_badge(record)} {actions} />
            { notices(record, recognizes, sees_others) }
            <Section title={t!("学时")}><KeyValues items={hours(record)} /></Section>
            <Section title={t!("来源与认定")}><KeyValues items={origin(record)} /></Section>
        </>
    }
}

fn notices(record: &HourRecordView, recognizes: bool, sees_others: bool) -> Html {
    let reason = record.status_reason.clone().unwrap_or_default();
    let duplicate = record.duplicate_group_id.filter(|_| sees_others).map(|id| {
        let waits = record.holds.contains(HourRecordHold::Suspected);
        html! {
            <Notice tone={Tone::Warning} title={t!("疑似重复")}>
                <p>
                    if waits {
                        { t!("该教师有看似同一培训的其他登记；裁定保留本条后才计学时。") }
                    } else {
                        { t!("该教师有看似同一培训的其他登记，待裁定；在此之前计本条的学时。") }
                    }
                </p>
                <ButtonLink to={Route::DuplicateGroup { id }}>{ if recognizes { t!("核对并处理") } else { t!("查看各份登记") } }</ButtonLink>
            </Notice>
        }
    });
    html! {
        <>
            { duplicate.unwrap_or_default() }
            { match record.status {
                HourRecordStatus::Rejected => html! { <Notice tone={Tone::Danger} title={t!("已驳回，不计学时")}>{ t!("原因：{reason}", reason) }</Notice> },
                HourRecordStatus::Withdrawn => html! { <Notice tone={Tone::Neutral} title={t!("已由登记人撤回，不计学时")} /> },
                HourRecordStatus::Returned => html! { <Notice tone={Tone::Danger} title={t!("已退回更正，不计学时")}>{ t!("原因：{reason}", reason) }</Notice> },
                HourRecordStatus::Voided => html! { <Notice tone={Tone::Neutral} title={t!("已作废，不计学时")}>{ t!("原因：{reason}", reason) }</Notice> },
                HourRecordStatus::Pending => html! { <Notice title={t!(record.hold.unwrap_or(HourRecordHold::Decision).label())}>{ waiting(record) }</Notice> },
                HourRecordStatus::Recognized => Html::default(),
            } }
        </>
    }
}

/// What a pending record waits for, and why.
fn waiting(record: &HourRecordView) -> Html {
    let line = |hold: HourRecordHold| match hold {
        HourRecordHold::ServiceUnconfirmed => t!("该教师在培训期间的任职尚待教师进修学校确认。"),
        HourRecordHold::Own => t!("登记人就是该教师本人，须由其他有认定权限的人认定。"),
        HourRecordHold::Suspected => t!("与另一条记录疑似同一培训，须核对后认定。"),
        HourRecordHold::Flagged => t!("学时或日期异常，由有认定权限的人逐条核对。"),
        HourRecordHold::ProjectEnd => t!("项目结业时按出勤情况认定。"),
        HourRecordHold::Decision => t!("由教师进修学校或教育局认定后计入学时。"),
    };
    let flags = record.flags.iter().map(|flag| t!(flag.label())).collect::<Vec<_>>().join(t!("、"));
    html! {
        <>
            { for record.holds.iter().map(|hold| html! { <p>{ line(hold) }</p> }) }
            if !record.flags.is_empty() { <p>{ t!("异常情况：{flags}", flags) }</p> }
        </>
    }
}

fn hours(record: &HourRecordView) -> Vec<(AttrValue, Html)> {
    let (level, tier) = (t!(record.level.label()), t!(record.tier.label()));
    let level = if level == tier {
        html! { level }
    } else {
        html! { t!("{level}（{tier}）", level, tier) }
    };
    vec![
        (
            heading::<HourRecordView>("teacher_name"),
            html! { <>{ teacher_link(record.teacher_id, &record.teacher_name) }{ t!("（{teacher_no}）", teacher_no = record.teacher_no) }</> },
        ),
        (
            heading::<HourRecordView>("organization_name"),
            html! { <OrganizationLink id={record.organization_id} name={record.organization_name.clone()} /> },
        ),
        (heading::<HourRecordView>("hours"), html! { <strong>{ t!("{hours} 学时", hours = record.hours) }</strong> }),
        (
            heading::<HourRecordView>("training_year"),
            html! { t!("{training_year} 年度", training_year = record.training_year) },
        ),
        (t!("培训时间").into(), html! { format::period(Some(record.starts_on), Some(record.ends_on)) }),
        (heading::<HourRecordView>("level"), level),
        (heading::<HourRecordView>("mode"), html! { t!(record.mode.label()) }),
        (
            heading::<HourRecordView>("dimension"),
            html! { record.dimension.map_or("—", |dimension| t!(dimension.label())) },
        ),
        (heading::<HourRecordView>("institution"), html! { &record.institution }),
    ]
}

fn origin(record: &HourRecordView) -> Vec<(AttrValue, Html)> {
    let mut items = vec![
        (heading::<HourRecordView>("source"), html! { source_label(&record.source) }),
        (heading::<HourRecordView>("created_at"), html! { format::date_time(record.created_at) }),
        (heading::<HourRecordView>("status"), html! { t!(record.status.label()) }),
    ];
    if let Some(id) = &record.external_id {
        items.insert(1, (heading::<HourRecordView>("external_id"), html! { <code>{ id }</code> }));
    }
    if let Some(stated) = &record.origin {
        items.push((heading::<HourRecordView>("origin"), html! { source_label(stated) }));
    }
    if record.status != HourRecordStatus::Pending && !record.flags.is_empty() {
        let flags = record.flags.iter().map(|flag| t!(flag.label())).collect::<Vec<_>>().join(t!("、"));
        items.push((heading::<HourRecordView>("flags"), html! { flags }));
    }
    if let Some(former) = record.former_id {
        let link = html! { <Link to={Route::HourRecord { id: former }}>{ t!("查看原记录") }</Link> };
        items.push((t!("恢复或更正自").into(), link));
    }
    if let Some(id) = record.import_id {
        items.push((t!("导入批次").into(), html! { <Link to={Route::Import { id }}>{ t!("查看导入报告") }</Link> }));
    }
    if let Some(at) = record.decided_at {
        let label = match record.status {
            HourRecordStatus::Recognized => heading::<HourRecordView>("decided_at"),
            _ => t!("处理时间").into(),
        };
        items.push((label, html! { format::date_time(at) }));
    }
    items
}
