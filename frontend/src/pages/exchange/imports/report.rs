//! The report of an import.

use songjiao_types::{
    Permission, WireEnum,
    accounts::{AccountQuery, AccountState},
    hour_records::{HourRecordHold, HourRecordQuery},
    imports::{HeldRows, ImportError, ImportKind, ImportReport, ImportStatus},
};
use yew::prelude::*;

use super::preview::Preview;
use crate::{
    api::imports::cancel_import,
    components::{
        Button, ButtonLink, Column, Download, FileKind, IconName, Link, Notice, RowTable, StatCard, Tone, use_toasts,
    },
    format,
    hooks::use_action,
    i18n::heading,
    query::encode,
    route::Route,
    session::use_session,
};

/// Properties of [`ReportView`].
#[derive(Properties, PartialEq)]
pub struct ReportViewProps {
    pub report: ImportReport,
}

/// The report: outcome, counts and errors.
#[component]
pub fn ReportView(props: &ReportViewProps) -> Html {
    let report = &props.report;
    if !report.status.is_final() || matches!(report.status, ImportStatus::Cancelled | ImportStatus::Failed) {
        return html! { <div class="report" role="group" aria-label={t!("导入报告")}><div role="status">{ outcome(report) }</div></div> };
    }
    html! {
        <div class="report" role="group" aria-label={t!("导入报告")}>
            <div role="status">{ outcome(report) }</div>
            <div class="stats stats--inside">
                <StatCard label={heading::<ImportReport>("rows_total")} value={format::count(report.rows_total)} unit={t!("行")} detail={t!("编码 {encoding}", encoding = report.encoding)} />
                <StatCard label={if report.status == ImportStatus::Imported { heading::<ImportReport>("rows_imported") } else { t!("将新增").into() }} tone={Tone::Success}
                    value={format::count(report.rows_imported)} unit={t!("行")} />
                <StatCard label={updated_label(report)} value={format::count(report.rows_updated)} unit={t!("行")} />
                if report.rows_transferred > 0 {
                    <StatCard label={heading::<ImportReport>("rows_transferred")} value={format::count(report.rows_transferred)} unit={t!("行")} tone={Tone::Warning} />
                }
                <StatCard label={heading::<ImportReport>("rows_unchanged")} value={format::count(report.rows_unchanged)} unit={t!("行")} />
                if report.rows_decided > 0 {
                    <StatCard label={heading::<ImportReport>("rows_decided")} value={format::count(report.rows_decided)} unit={t!("行")} detail={t!("已驳回、退回或作废的，不再登记")} />
                }
                if report.rows_passed_over > 0 {
                    <StatCard label={heading::<ImportReport>("rows_passed_over")} value={format::count(report.rows_passed_over)} unit={t!("行")} detail={t!("“状态”为已结束的行")} />
                }
                <StatCard label={heading::<ImportReport>("rows_failed")} value={format::count(report.rows_failed)} unit={t!("行")}
                    tone={if report.rows_failed > 0 { Tone::Danger } else { Tone::Neutral }} />
            </div>
            { held(report) }
            if let Some(preview) = report.preview.clone() {
                <Preview {preview} errors={report.errors.clone()} />
            }
            if report.rows_failed > 0 {
                <div class="report__faults">
                    <h3>{ t!("错误明细") }</h3>
                    <Download path={format!("/imports/{}/errors.csv", report.id)} name={t!("有错误的行")} kind={FileKind::Csv}>{ t!("下载有错误的行，改正后再导入") }</Download>
                </div>
                <RowTable<ImportError> caption={t!("错误明细")} columns={columns()} rows={report.errors.clone()} />
                if let Some(listed) = i64::try_from(report.errors.len()).ok().filter(|listed| *listed < report.errors_total) {
                    <p class="muted">{ t!("共 {total} 处错误，只列出前 {listed} 处。", total = format::count(report.errors_total), listed = format::count(listed)) }</p>
                }
            }
        </div>
    }
}

/// The new hour records that wait, each kind with a link to those that were imported.
fn held(report: &ImportReport) -> Html {
    if report.held.is_empty() {
        return Html::default();
    }
    let imported = report.status == ImportStatus::Imported;
    let line = |held: &HeldRows| {
        let text = t!("{hold}：{rows} 行", hold = t!(held.hold.label()), rows = format::count(held.rows));
        if !imported {
            return html! { <li>{ text }</li> };
        }
        let query = HourRecordQuery { import_id: Some(report.id), hold: Some(held.hold), ..Default::default() };
        html! { <li><Link to={Route::HourRecords} query={encode(&query)}>{ text }</Link></li> }
    };
    html! {
        <Notice tone={Tone::Warning} title={if imported { t!("其中等待的学时") } else { t!("导入后将等待的学时") }}>
            <ul>{ for report.held.iter().map(line) }</ul>
            <DecideImported report={report.clone()} />
        </Notice>
    }
}

/// The way from an import to the decision on its pending records.
#[component]
fn DecideImported(props: &ReportViewProps) -> Html {
    let report = &props.report;
    let session = use_session();
    let waits = report.held.iter().any(|held| held.hold == HourRecordHold::Decision);
    if !waits || report.status != ImportStatus::Imported || !session.can(Permission::HoursRecognize) {
        return Html::default();
    }
    let query = encode(&HourRecordQuery { import_id: Some(report.id), ..Default::default() });
    html! { <ButtonLink to={Route::DecideHourRecords} {query} icon={IconName::Check}>{ t!("批量处理待认定的记录") }</ButtonLink> }
}

fn updated_label(report: &ImportReport) -> AttrValue {
    match (report.kind, report.status == ImportStatus::Imported) {
        (ImportKind::HourRecords, true) => t!("取代旧记录").into(),
        (ImportKind::HourRecords, false) => t!("将取代旧记录").into(),
        (_, true) => heading::<ImportReport>("rows_updated"),
        (_, false) => t!("将更新").into(),
    }
}

fn outcome(report: &ImportReport) -> Html {
    match report.status {
        ImportStatus::Imported => html! {
            <Notice tone={Tone::Success} title={t!("导入完成")}>
                <p>{ t!("新增 {rows_imported} 行，更新 {rows_updated} 行。", rows_imported = report.rows_imported, rows_updated = report.rows_updated) }</p>
                { imported_link(report) }
            </Notice>
        },
        ImportStatus::Checked => html! {
            <Notice tone={Tone::Success} title={t!("检查通过")}>
                <p>{ t!("没有发现错误，尚未写入任何数据。确认无误后点“正式导入”。") }</p>
            </Notice>
        },
        ImportStatus::Queued | ImportStatus::Running => html! { <Progress report={report.clone()} /> },
        ImportStatus::Cancelled => html! {
            <Notice tone={Tone::Neutral} title={t!("导入已取消")}><p>{ t!("没有写入任何数据。") }</p></Notice>
        },
        ImportStatus::Failed => html! {
            <Notice tone={Tone::Danger} title={t!("导入未完成")}>
                <p>{ report.message.clone().unwrap_or_else(|| t!("没有写入任何数据。").to_owned()) }</p>
            </Notice>
        },
        ImportStatus::Rejected => html! {
            <Notice tone={Tone::Danger} title={t!("{rows_failed} 行有错误，未导入任何数据", rows_failed = report.rows_failed)}>
                <p>{ t!("请按下面的行号和列名改正文件，再试运行。行号与表格软件中显示的一致，列名所在的第一行为第 1 行。") }</p>
            </Notice>
        },
    }
}

/// The progress of an import, with a button to cancel it.
#[component]
fn Progress(props: &ReportViewProps) -> Html {
    let report = &props.report;
    let toasts = use_toasts();
    let id = report.id;
    let cancel = use_action(
        move |client, _: MouseEvent| async move { cancel_import(&client, id).await },
        move |outcome| {
            if let Err(error) = outcome {
                toasts.failure(&error);
            }
        },
    );
    let (percent, rows) = report.progress.map_or((0, 0), |progress| (progress.percent, progress.rows));
    html! {
        <Notice tone={Tone::Neutral} title={if report.status == ImportStatus::Queued { t!("正在排队") } else { t!("正在导入") }}>
            <progress class="progress" max="100" value={percent.to_string()} aria-label={t!("导入进度")}>{ format!("{percent}%") }</progress>
            <p>{ t!("已处理 {rows} 行（{percent}%）。可以离开此页，导入会在后台继续。", rows = format::count(rows), percent) }</p>
            <Button busy={cancel.busy} onclick={cancel.run.clone()}>{ t!("取消导入") }</Button>
        </Notice>
    }
}

/// A link to the imported records.
fn imported_link(report: &ImportReport) -> Html {
    match report.kind {
        ImportKind::Organizations => html! { <ButtonLink to={Route::Organizations}>{ t!("查看单位") }</ButtonLink> },
        ImportKind::Teachers => html! { <ButtonLink to={Route::Teachers}>{ t!("查看教师") }</ButtonLink> },
        ImportKind::Enrollments | ImportKind::Attendance => {
            html! { <ButtonLink to={Route::Projects}>{ t!("查看培训项目") }</ButtonLink> }
        }
        ImportKind::Accounts => {
            let query = encode(&AccountQuery { state: Some(AccountState::NotActivated), ..Default::default() });
            html! { <ButtonLink to={Route::Accounts} {query}>{ t!("发放激活码") }</ButtonLink> }
        }
        ImportKind::Lessons => html! { <ButtonLink to={Route::Lessons}>{ t!("查看课例") }</ButtonLink> },
        ImportKind::HourRecords => {
            let query = encode(&HourRecordQuery { import_id: Some(report.id), ..Default::default() });
            html! { <ButtonLink to={Route::HourRecords} {query}>{ t!("查看学时记录") }</ButtonLink> }
        }
    }
}

fn columns() -> Vec<Column<ImportError>> {
    vec![
        Column::new(t!("行"), |row: &ImportError| html! { t!("第 {row} 行", row = row.row) }).unbroken().head(),
        Column::new(t!("列"), |row: &ImportError| match &row.column {
            Some(column) => html! { column },
            None => html! { <span class="muted">{ t!("整行") }</span> },
        }),
        Column::new(t!("文件中的值"), |row: &ImportError| match row.value.as_deref() {
            None | Some("") => html! { <span class="muted">{ t!("（空）") }</span> },
            Some(value) => html! { <code class="break">{ value.to_owned() }</code> },
        }),
        Column::new(t!("原因"), |row: &ImportError| html! { &row.message }),
    ]
}
