//! What came of a file, row by row where something is wrong.

use songjiao_types::imports::{ImportError, ImportKind, ImportReport, ImportStatus, MAX_ERRORS};
use yew::prelude::*;

use crate::{
    components::{Button, ButtonLink, Column, IconName, Notice, RowTable, StatCard, Tone},
    download::{csv, save_csv},
    format,
    route::Route,
};

/// What [`ReportView`] is given.
#[derive(Properties, PartialEq)]
pub struct ReportViewProps {
    pub report: ImportReport,
}

/// The report: its outcome, its figures, its faults.
#[component]
pub fn ReportView(props: &ReportViewProps) -> Html {
    let report = &props.report;
    let save = {
        let report = report.clone();
        Callback::from(move |_: MouseEvent| {
            let _ = save_csv(&csv(&lines(&report)), "导入错误明细.csv");
        })
    };
    let listed = i64::try_from(report.errors.len()).unwrap_or(i64::MAX);
    html! {
        <div class="report" role="group" aria-label="导入报告">
            <div role="status">{ outcome(report) }</div>
            <div class="stats stats--inside">
                <StatCard label="数据行" value={format::count(report.rows_total)} unit="行" detail={format!("编码 {}", report.encoding)} />
                <StatCard label={if report.status == ImportStatus::Imported { "新增" } else { "将新增" }} tone={Tone::Success}
                    value={format::count(report.rows_imported)} unit="行" />
                <StatCard label={updated_label(report)} value={format::count(report.rows_updated)} unit="行" />
                <StatCard label="已有且相同" value={format::count(report.rows_unchanged)} unit="行" />
                <StatCard label="有错误" value={format::count(report.rows_failed)} unit="行"
                    tone={if report.rows_failed > 0 { Tone::Danger } else { Tone::Neutral }} />
            </div>
            if report.rows_failed > 0 {
                <div class="report__faults">
                    <h3>{ "错误明细" }</h3>
                    <Button icon={IconName::Download} onclick={save}>{ "下载错误明细（CSV）" }</Button>
                </div>
                <RowTable<ImportError> caption="错误明细" columns={columns()} rows={report.errors.clone()} />
                if report.errors.len() >= MAX_ERRORS {
                    <p class="muted">{ format!("只列出前 {} 处错误。", format::count(listed)) }</p>
                }
            }
        </div>
    }
}

fn updated_label(report: &ImportReport) -> &'static str {
    match (report.kind, report.status == ImportStatus::Imported) {
        (ImportKind::HourRecords, true) => "取代旧记录",
        (ImportKind::HourRecords, false) => "将取代旧记录",
        (_, true) => "更新",
        (_, false) => "将更新",
    }
}

fn outcome(report: &ImportReport) -> Html {
    match report.status {
        ImportStatus::Imported => html! {
            <Notice tone={Tone::Success} title="导入完成">
                <p>{ format!("新增 {} 行，更新 {} 行。", report.rows_imported, report.rows_updated) }</p>
                { onward(report) }
            </Notice>
        },
        ImportStatus::Checked => html! {
            <Notice tone={Tone::Success} title="检查通过">
                <p>{ "没有发现错误，尚未写入任何数据。确认无误后点“正式导入”。" }</p>
            </Notice>
        },
        ImportStatus::Rejected => html! {
            <Notice tone={Tone::Danger} title={format!("{} 行有错误，未导入任何数据", report.rows_failed)}>
                <p>{ "请按下面的行号和列名改正文件，再试运行。行号与表格软件中显示的一致，列名所在的第一行为第 1 行。" }</p>
            </Notice>
        },
    }
}

/// Where the rows are now.
fn onward(report: &ImportReport) -> Html {
    match report.kind {
        ImportKind::Organizations => html! { <ButtonLink to={Route::Organizations}>{ "查看单位" }</ButtonLink> },
        ImportKind::Teachers => html! { <ButtonLink to={Route::Teachers}>{ "查看教师" }</ButtonLink> },
        ImportKind::HourRecords => {
            let source = report.source.as_deref().unwrap_or("import");
            html! { <ButtonLink to={Route::HourRecords} query={format!("source={source}")}>{ "查看学时记录" }</ButtonLink> }
        }
    }
}

/// The faults, for a spreadsheet.
fn lines(report: &ImportReport) -> Vec<Vec<String>> {
    let heading = ["行", "列", "文件中的值", "原因"].map(str::to_owned).to_vec();
    let fault = |fault: &ImportError| {
        let column = fault.column.clone().unwrap_or_else(|| "整行".to_owned());
        vec![fault.row.to_string(), column, fault.value.clone().unwrap_or_default(), fault.message.clone()]
    };
    std::iter::once(heading).chain(report.errors.iter().map(fault)).collect()
}

fn columns() -> Vec<Column<ImportError>> {
    vec![
        Column::new("行", |row: &ImportError| html! { format!("第 {} 行", row.row) }).unbroken().head(),
        Column::new("列", |row: &ImportError| match &row.column {
            Some(column) => html! { column },
            None => html! { <span class="muted">{ "整行" }</span> },
        }),
        Column::new("文件中的值", |row: &ImportError| match row.value.as_deref() {
            None | Some("") => html! { <span class="muted">{ "（空）" }</span> },
            Some(value) => html! { <code class="break">{ value.to_owned() }</code> },
        }),
        Column::new("原因", |row: &ImportError| html! { &row.message }),
    ]
}
