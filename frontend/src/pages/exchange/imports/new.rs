//! Choosing, checking and importing a file.

use gloo_timers::future::TimeoutFuture;
use songjiao_types::{
    Permission, WireEnum,
    hour_records::HourRecordStatus,
    imports::{
        HourImportOptions, ImportKind, ImportOptions, ImportReport, ImportStatus, OnConflict, OnFlag,
        TeacherImportOptions,
    },
};
use web_sys::File;
use yew::prelude::*;

use super::report::ReportView;
use crate::{
    api::{
        ApiError,
        imports::{create_import, find_import},
    },
    components::{
        Button, ButtonKind, CheckboxField, Download, ErrorPanel, FileDrop, FileKind, IconName, Notice, Section,
        TextField, Tone, use_toasts,
    },
    hooks::{Bind, use_action},
    i18n::heading,
    query::encode,
    session::use_session,
};

/// Polling interval of a running import, in milliseconds.
const POLL_INTERVAL_MS: u32 = 700;

/// The parameters of an import.
#[derive(Clone, Default, PartialEq)]
struct Options {
    /// Hour records only: the platform from which the file comes.
    source: String,
    /// Hour records only: imports them as pending even if the user may recognise hours.
    pending: bool,
    /// Hour records only: voids records that differ from the file.
    supersede: bool,
    /// Hour records only: why implausible hours of years that are over are recognised.
    accept_reason: String,
    /// Hour records only: imports the rows without faults although others have some.
    accept_valid: bool,
    /// Teachers only: transfers those whose organization differs, as of today.
    accept_transfers: bool,
}

impl Options {
    /// Returns the parameters of an import of the kind.
    fn wire(&self, kind: ImportKind, dry_run: bool) -> String {
        let dry_run = dry_run.then_some(true);
        match kind {
            ImportKind::HourRecords => encode(&HourImportOptions {
                dry_run,
                source: Some(self.source.trim().to_owned()).filter(|source| !source.is_empty()),
                status: self.pending.then_some(HourRecordStatus::Pending),
                on_conflict: self.supersede.then_some(OnConflict::Supersede),
                on_flag: (!self.accept_reason.trim().is_empty()).then_some(OnFlag::Accept),
                reason: Some(self.accept_reason.trim().to_owned()).filter(|reason| !reason.is_empty()),
                accept_valid: self.accept_valid.then_some(true),
                ..Default::default()
            }),
            ImportKind::Teachers => encode(&TeacherImportOptions {
                dry_run,
                accept_transfers: self.accept_transfers.then_some(true),
                ..Default::default()
            }),
            _ => encode(&ImportOptions { dry_run, ..Default::default() }),
        }
    }
}

/// Properties of [`NewImport`].
#[derive(Properties, PartialEq)]
pub struct NewImportProps {
    pub kind: ImportKind,
    /// Called after each report of a check or an import.
    pub onreport: Callback<()>,
}

/// The import of one file, from the choice to the report.
#[component]
pub fn NewImport(props: &NewImportProps) -> Html {
    let kind = props.kind;
    let toasts = use_toasts();
    let file = use_state(|| None::<File>);
    let options = use_state(Options::default);
    let report = use_state(|| None::<ImportReport>);
    let failure = use_state(|| None::<ApiError>);
    let send = {
        let (options, failure, file) = (options.clone(), failure.clone(), file.clone());
        let (report, shown_report) = (report.clone(), report.clone());
        let onreport = props.onreport.clone();
        use_action(
            move |client, (dry_run, file): (bool, File)| {
                let wire = options.wire(kind, dry_run);
                let shown = report.clone();
                async move {
                    let mut report = create_import(&client, kind, &wire, &file).await?;
                    while !report.status.is_final() {
                        shown.set(Some(report.clone()));
                        TimeoutFuture::new(POLL_INTERVAL_MS).await;
                        report = client.fetch(&find_import(report.id)).await?.value.clone();
                    }
                    Ok(report)
                }
            },
            move |outcome| match outcome {
                Ok(report) => {
                    if report.status == ImportStatus::Imported {
                        toasts.success(t!(
                            "已导入{kind} {rows} 行",
                            kind = t!(kind.label()),
                            rows = report.rows_imported + report.rows_updated
                        ));
                        file.set(None);
                    }
                    failure.set(None);
                    shown_report.set(Some(report));
                    onreport.emit(());
                }
                Err(error) => {
                    shown_report.set(None);
                    failure.set(Some(error));
                }
            },
        )
    };
    // After a change of the file or the parameters it has to be checked again.
    let afresh = {
        let (report, failure) = (report.clone(), failure.clone());
        move || {
            report.set(None);
            failure.set(None);
        }
    };
    let onchoose = {
        let (file, afresh) = (file.clone(), afresh.clone());
        Callback::from(move |chosen: File| {
            file.set(Some(chosen));
            afresh();
        })
    };
    let run = |dry_run: bool| {
        let (send, file) = (send.run.clone(), file.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(file) = &*file {
                send.emit((dry_run, file.clone()));
            }
        })
    };
    let onoptions = {
        let options = options.clone();
        Callback::from(move |changed: Options| {
            options.set(changed);
            afresh();
        })
    };
    let checked = report.as_ref().filter(|report| report.status == ImportStatus::Checked && file.is_some());
    let changes = checked.map_or(0, |report| report.rows_imported + report.rows_updated);
    let template = |file: FileKind, ending: &str, says: &'static str| {
        let name = t!("{kind}导入模板", kind = t!(kind.label()));
        html! { <Download path={format!("/imports/templates/{}.{ending}", kind.slug())} {name} kind={file}>{ says }</Download> }
    };
    let actions = html! {
        <>
            { template(FileKind::Excel, "xlsx", t!("下载 Excel 模板")) }
            { template(FileKind::Csv, "csv", t!("下载 CSV 模板")) }
        </>
    };
    html! {
        <Section title={t!("导入{kind}", kind = t!(kind.label()))} {actions}>
            <p class="muted">{ columns_of(kind) }</p>
            <FileDrop id="import-file" label={t!("选择文件")} accept=".csv,.txt,.xlsx,.gz" file={(*file).clone()} {onchoose}
                hint={t!("Excel 工作簿（.xlsx）或 CSV 均可，编码和分隔符自动识别；列名上方可以有标题行。")} />
            if kind == ImportKind::HourRecords { <OptionFields options={(*options).clone()} onchange={onoptions} /> }
            else if kind == ImportKind::Teachers { { teacher_fields(&options, &onoptions) } }
            <div class="form__actions">
                <Button kind={if checked.is_some() { ButtonKind::Secondary } else { ButtonKind::Primary }} icon={IconName::Search}
                    disabled={file.is_none()} busy={send.busy && checked.is_none()} onclick={run(true)}>{ t!("试运行") }</Button>
                <Button kind={if checked.is_some() { ButtonKind::Primary } else { ButtonKind::Secondary }} icon={IconName::Upload}
                    disabled={checked.is_none() || changes == 0} busy={send.busy && checked.is_some()} onclick={run(false)}>
                    { if changes > 0 { t!("正式导入（{changes} 行）", changes) } else { t!("正式导入").to_owned() } }
                </Button>
            </div>
            if checked.is_some() && changes == 0 {
                <Notice tone={Tone::Neutral} title={t!("没有需要导入的内容")}>{ t!("文件中的每一行都已在平台中，且内容相同。") }</Notice>
            }
            if let Some(error) = (*failure).clone() { <ErrorPanel {error} /> }
            if let Some(report) = (*report).clone() { <ReportView {report} /> }
        </Section>
    }
}

fn columns_of(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Organizations => {
            t!("列：单位编号、单位名称、单位类型；可选：上级编号、乡村、学区基地校。编号已存在的单位按文件更新。")
        }
        ImportKind::Teachers => {
            t!(
                "列：教师编号、姓名、单位编号、学科、学段、入职日期；可选：性别、职称、骨干、身份证号、任职日期、离任日期、状态。编号已存在的教师按文件更新；单位自任职日期起生效。"
            )
        }
        ImportKind::Enrollments => {
            t!(
                "列：项目名称、教师编号；可选：培训年度（有同名项目时）、状态（已选派或已录取）。已在名单中的学员不会重复选派。"
            )
        }
        ImportKind::Attendance => {
            t!(
                "列：项目名称、活动名称、教师编号、考勤；可选：活动日期、培训年度（有同名活动或项目时）、备注。已登记的考勤按文件更新，学时核发后不能再改。"
            )
        }
        ImportKind::Lessons => {
            t!(
                "列：教师编号、课题；可选：项目名称、培训年度（有同名项目时）、学科、学段、授课日期、说明、等次、评语。同一教师在同一项目的同名课例按文件更新，评定后不能再改。"
            )
        }
        ImportKind::Accounts => {
            t!(
                "列：教师编号；可选：姓名（用于核对）、用户名（不填即为教师编号）、角色。已有账号的教师保持不变；导入后请到“教师账号”发放激活码。"
            )
        }
        ImportKind::HourRecords => {
            t!(
                "列：教师编号、培训年度、培训类别、项目名称、机构名称、培训方式、获得学时、开始日期、结束日期；可选：三修、来源编号、来源、状态。已登记过的相同记录不会重复登记；状态为已作废、已驳回、已撤回、已退回的行略过。"
            )
        }
    }
}

/// The parameters of a file of teachers.
fn teacher_fields(options: &Options, onchange: &Callback<Options>) -> Html {
    let bind = bind("import-transfers", options.accept_transfers, options, onchange, |options, yes| {
        options.accept_transfers = yes;
    });
    html! {
        <div class="form__fields">
            <CheckboxField label={t!("接受调动")} hint={t!("单位与现任职单位不同而没有任职日期的教师，自今日起调入；不勾选则报错。")} {bind} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct OptionFieldsProps {
    options: Options,
    onchange: Callback<Options>,
}

/// The parameters of a file of hour records.
#[component]
fn OptionFields(props: &OptionFieldsProps) -> Html {
    let OptionFieldsProps { options, onchange } = props;
    let session = use_session();
    let source =
        bind("import-source", options.source.clone(), options, onchange, |options, text| options.source = text);
    let pending = bind("import-pending", options.pending, options, onchange, |options, yes| options.pending = yes);
    let supersede =
        bind("import-supersede", options.supersede, options, onchange, |options, yes| options.supersede = yes);
    let accept_reason =
        bind("import-accept-reason", options.accept_reason.clone(), options, onchange, |options, text| {
            options.accept_reason = text;
        });
    let accept_valid =
        bind("import-accept-valid", options.accept_valid, options, onchange, |options, yes| options.accept_valid = yes);
    html! {
        <div class="form__fields">
            <TextField label={heading::<ImportReport>("source")} maxlength="64" placeholder="import" hint={t!("选填：数据来自哪个平台，如 guopei。同一来源的来源编号不重复登记。")} bind={source} />
            if session.can(Permission::HoursRecognize) {
                <CheckboxField label={t!("冲突时作废旧记录")} hint={t!("同一来源编号但内容不同时，作废旧记录并登记新记录；不勾选则报错。")} bind={supersede} />
                <TextField label={t!("接受往年异常学时的理由")} maxlength="500" hint={t!("选填：往年的学时超过每日上限或日期不符时，凭此理由直接认定，理由随记录保存；疑似重复的仍须核对。")} bind={accept_reason} />
                <CheckboxField label={t!("先列为待认定")} hint={t!("不勾选则导入后直接认定。")} bind={pending} />
            } else {
                <p class="muted small">{ t!("导入的学时列为待认定，由教师进修学校或教育局认定后计入。") }</p>
            }
            <CheckboxField label={t!("有错误行时仍导入其余行")} hint={t!("不勾选则有一行错误就全部不导入。")} bind={accept_valid} />
        </div>
    }
}

fn bind<V: Clone + PartialEq + 'static>(
    id: &'static str,
    value: V,
    options: &Options,
    onchange: &Callback<Options>,
    set: impl Fn(&mut Options, V) + 'static,
) -> Bind<V> {
    let options = options.clone();
    let onchange = onchange.reform(move |value: V| {
        let mut changed = options.clone();
        set(&mut changed, value);
        changed
    });
    Bind { id: id.into(), value, error: None, original: None, onchange }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hour_records_have_a_source() {
        let options = Options {
            source: " guopei ".into(),
            pending: true,
            supersede: true,
            accept_reason: "old".into(),
            accept_valid: true,
            accept_transfers: true,
        };
        let asked = options.wire(ImportKind::HourRecords, true);
        assert_eq!(
            asked,
            "dry_run=true&source=guopei&status=pending&on_conflict=supersede&on_flag=accept&reason=old&accept_valid=true"
        );
        assert_eq!(options.wire(ImportKind::Teachers, false), "accept_transfers=true");
        assert_eq!(options.wire(ImportKind::Lessons, true), "dry_run=true");
        assert_eq!(Options::default().wire(ImportKind::HourRecords, false), "");
    }
}
