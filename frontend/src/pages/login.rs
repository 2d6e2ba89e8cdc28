//! Sign-in.

use songjiao_types::auth::Credentials;
use yew::prelude::*;

use crate::{
    api::auth::log_in,
    components::{FormView, LanguageButton, Link, Notice, PasswordField, TextField, Tone},
    hooks::{PRODUCT, bind, check, required, use_form, use_submit, use_title},
    route::Route,
    session::{SessionState, use_session},
};

/// The sign-in page. After the sign-in, the application shows the next page by itself.
#[component]
pub fn LoginPage() -> Html {
    use_title(&t!("登录").into());
    let session = use_session();
    let form = use_form(|| Credentials { username: String::new(), password: String::new() });
    let submit = use_submit(
        &form,
        |draft| {
            required(&[("/username", &draft.username), ("/password", &draft.password)])?;
            check(Credentials { username: draft.username.trim().to_owned(), password: draft.password.clone() })
        },
        |client, credentials| async move { log_in(&client, &credentials).await },
        |()| {},
    );
    let expired = session.state == SessionState::SignedOut { expired: true };
    html! {
        <div class="login">
            <div class="login__banner">
                <img src="/favicon.svg" alt="" width="64" height="64" />
                <p class="login__product">{ t!(PRODUCT) }</p>
                <p class="login__motto">{ t!("集中研修 · 诊断示范 · 研课磨课 · 成果展示 · 总结提升") }</p>
            </div>
            <main class="login__panel">
                <h1>{ t!("用户登录") }</h1>
                if expired {
                    <Notice tone={Tone::Warning} title={t!("登录已过期")}>{ t!("请重新登录，之后会回到刚才的页面。") }</Notice>
                }
                <FormView status={form.status()} onsubmit={submit} submit={t!("登录")} narrow=true label={t!("用户登录")}>
                    <TextField label={t!("用户名")} required=true autocomplete="username" maxlength="64" autofocus=true
                        bind={bind!(form.username)} />
                    <PasswordField label={t!("密码")} autocomplete="current-password" bind={bind!(form.password)} />
                </FormView>
                <p class="small"><Link to={Route::Activate}>{ t!("首次使用？用激活码激活账号") }</Link></p>
                <p class="muted small">{ t!("忘记密码请向本校管理员索取新的激活单。") }</p>
                <LanguageButton />
            </main>
        </div>
    }
}
