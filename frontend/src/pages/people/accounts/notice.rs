//! The notice on personal data 个人信息处理告知, which users accept when they activate their accounts.

use yew::prelude::*;

use crate::components::{PageHeader, Section};

/// The notice. A new text needs a new `NOTICE_VERSION`.
#[component]
pub fn PrivacyPage() -> Html {
    let parts = [
        (t!("处理者"), t!("您所在地的教育局，受其委托负责培训管理的教师进修学校，以及您任职的学校。")),
        (
            t!("处理目的"),
            t!("组织教师培训，登记和认定学时，评定和认定课例，考核培训完成情况，并依法向上级教育行政部门报送。"),
        ),
        (
            t!("处理的信息"),
            t!(
                "姓名、教师编号、性别、任职单位和任职时间、任教学科学段、职称；身份证号（加密保存，页面只显示末两位）；培训、考勤、学时、课例和证书记录；减免事由；登录时间和网络地址。"
            ),
        ),
        (
            t!("谁能看到"),
            t!(
                "您本人、您任职的学校、教师进修学校、教育局和督导，各在其职责范围内；您参加的项目的送培团队可以看到参培和考勤记录。减免事由只限有权办理的人员。"
            ),
        ),
        (t!("保存期限"), t!("培训档案按档案管理规定保存；登录和操作日志至少保存六个月。")),
        (t!("您的权利"), t!("您可以查阅、复制本人的信息，发现有误可以要求更正。请向本校管理员或教师进修学校提出。")),
        (t!("依据"), t!("《中华人民共和国个人信息保护法》和本地教育局的教师培训文件。")),
    ];
    html! {
        <div class="verify">
            <PageHeader title={t!("个人信息处理告知")} subtitle={t!("激活账号前请阅读。")} />
            <Section>
                <dl class="notice-text">
                    { for parts.into_iter().map(|(term, text)| html! { <><dt><strong>{ term }</strong></dt><dd>{ text }</dd></> }) }
                </dl>
            </Section>
        </div>
    }
}
