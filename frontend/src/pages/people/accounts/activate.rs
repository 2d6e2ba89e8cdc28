//! The activation of an account by its owner, on a phone: code, ID number, password.

use songjiao_types::{
    FieldError,
    accounts::{ActivateAccount, NOTICE_VERSION},
    auth::{Credentials, PASSWORD_MIN},
};
use yew::prelude::*;

use crate::{
    api::{accounts::activate_account, auth::log_in},
    components::{CheckboxField, FormView, Link, Notice, PageHeader, PasswordField, Section, TextField, Tone},
    hooks::{bind, check, field_error, required, use_form, use_submit, use_url_query},
    route::Route,
    session::{SessionState, use_session},
};

#[derive(Clone, Default)]
struct Draft {
    code: String,
    id_number_tail: String,
    password: String,
    again: String,
    accepted: bool,
}

impl Draft {
    fn to_wire(&self) -> Result<ActivateAccount, Vec<FieldError>> {
        required(&[("/code", &self.code), ("/password", &self.password), ("/again", &self.again)])?;
        let mut errors = Vec::new();
        if self.password.trim() != self.password {
            errors.push(field_error("/password", t!("密码首尾不能有空格")));
        }
        if self.again != self.password {
            errors.push(field_error("/again", t!("两次填写的密码不一致")));
        }
        if !self.accepted {
            errors.push(field_error("/accepted", t!("请阅读并同意个人信息处理告知")));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let tail = self.id_number_tail.trim();
        check(ActivateAccount {
            code: self.code.trim().to_owned(),
            id_number_tail: (!tail.is_empty()).then(|| tail.to_owned()),
            password: self.password.clone(),
            notice_version: NOTICE_VERSION,
        })
    }
}

/// The activation; `?code=` is filled in from the QR code of a slip.
#[component]
pub fn ActivatePage() -> Html {
    let session = use_session();
    let given = use_url_query().get("code").unwrap_or_default().to_owned();
    let form = use_form(|| Draft { code: grouped(&given), ..Draft::default() });
    let submit = use_submit(
        &form,
        Draft::to_wire,
        |client, body: ActivateAccount| async move {
            let activated = activate_account(&client, &body).await?;
            log_in(&client, &Credentials { username: activated.username, password: body.password }).await
        },
        |()| {},
    );
    if let SessionState::SignedIn(me) = &session.state {
        return html! {
            <>
                <PageHeader title={t!("激活账号")} />
                <Notice tone={Tone::Success} title={t!("已登录：{name}", name = me.name)}>
                    { t!("账号 {username} 可以使用了。", username = me.username) }
                    <Link to={Route::Home}>{ t!("进入工作台") }</Link>
                </Notice>
            </>
        };
    }
    html! {
        <div class="verify">
            <PageHeader title={t!("激活账号")} subtitle={t!("首次使用，或忘记密码时，凭学校发给您的激活单设置密码。")} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("激活并登录")} narrow=true label={t!("激活账号")}>
                    <TextField label={t!("激活码")} required=true maxlength="32" autocomplete="one-time-code" autofocus={given.is_empty()}
                        hint={t!("激活单上的 12 位字母和数字。")} bind={bind!(form.code)} />
                    <TextField label={t!("身份证号后六位")} maxlength="6" autocomplete="off"
                        hint={t!("激活单上要求填写时必填，末位是 X 的照填。")} bind={bind!(form.id_number_tail)} />
                    <PasswordField label={t!("设置密码")} autocomplete="new-password"
                        hint={t!("至少 {PASSWORD_MIN} 个字符，可以是一句话。", PASSWORD_MIN)} bind={bind!(form.password)} />
                    <PasswordField label={t!("再填一次密码")} autocomplete="new-password" bind={bind!(form.again)} />
                    <CheckboxField label={t!("我已阅读并同意个人信息处理告知")} bind={bind!(form.accepted)} />
                    <p><Link to={Route::Privacy}>{ t!("查看个人信息处理告知") }</Link></p>
                </FormView>
                <p class="muted small">{ t!("没有激活单，或激活码不能用，请向本校管理员索取新的激活单。") }</p>
            </Section>
        </div>
    }
}

/// A code as it is printed: in groups of four.
fn grouped(code: &str) -> String {
    let plain: Vec<char> = code.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    plain.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Draft {
        Draft {
            code: "K7QM-2F9T-XB4H".into(),
            password: "horse-battery-staple".into(),
            again: "horse-battery-staple".into(),
            accepted: true,
            ..Draft::default()
        }
    }

    #[test]
    fn the_notice_is_accepted_and_the_password_typed_twice() {
        let pointers = |draft: Draft| -> Vec<String> {
            draft.to_wire().err().unwrap_or_default().into_iter().map(|error| error.pointer).collect()
        };
        assert!(pointers(filled()).is_empty());
        assert_eq!(pointers(Draft { accepted: false, ..filled() }), ["/accepted"]);
        assert_eq!(pointers(Draft { again: "other".into(), ..filled() }), ["/again"]);
        assert_eq!(pointers(Draft { code: " ".into(), ..filled() }), ["/code"]);
    }

    #[test]
    fn a_scanned_code_is_shown_as_on_the_slip() {
        assert_eq!(grouped("K7QM2F9TXB4H"), "K7QM-2F9T-XB4H");
        assert_eq!(grouped(""), "");
    }
}
