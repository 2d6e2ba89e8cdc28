//! Restricts messages to public addresses, so that the server cannot be made to call its own network
//! (SSRF). The check applies to the address that a connection is about to use, since a name may resolve
//! to another one a moment later.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::error::{ApiError, Result};

/// Parses a URL that messages may be posted to.
///
/// # Errors
/// 422 at `pointer`.
pub fn check_url(text: &str, allow_private: bool, pointer: &str) -> Result<Url> {
    let refuse = |code: &str, message: &str| Err(ApiError::invalid(pointer, code, message));
    let Ok(url) = Url::parse(text.trim()) else { return refuse("bad_url", "不是有效的网址") };
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        _ => return refuse("not_https", "网址必须以 https:// 开头"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("bad_url", "网址中不能有用户名或密码");
    }
    if url.fragment().is_some() {
        return refuse("bad_url", "网址中不能有 # 部分");
    }
    let public = match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(name)) => is_public_name(name),
        None => false,
    };
    if public || allow_private { Ok(url) } else { refuse("private_address", "不能推送到内部网络的地址") }
}

/// Returns whether a name may be public; the addresses are checked once it is resolved.
fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let inner = ["localhost", "local", "internal", "localdomain", "home.arpa"];
    !inner.iter().any(|end| name == *end || name.ends_with(&format!(".{end}"))) && name.contains('.')
}

/// Returns whether an address belongs to the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = address.is_unspecified()
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        // Shared address space of carriers.
        || (a == 100 && (64..128).contains(&b))
        // IETF protocols and the former 6to4 relays.
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        // Benchmarking.
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240;
    !reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Embedded IPv4 addresses: mapped, translated (NAT64) and 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            is_public_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        // Teredo, ORCHID and other protocols; documentation.
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        // Global unicast.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_inner_networks_are_not_public() {
        for inner in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.1",
            "198.18.0.1",
            "198.19.1.1",
            "192.0.2.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "::7f00:1",
            "100::1",
        ] {
            assert!(!is_public(inner.parse().expect("an address")), "{inner}");
        }
        for outer in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "202.98.0.68",
            "2606:4700::1111",
            "240e::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::",
        ] {
            assert!(is_public(outer.parse().expect("an address")), "{outer}");
        }
    }

    #[test]
    fn a_url_that_points_inwards_is_refused_however_it_is_written() {
        for (url, code) in [
            ("not a url", "bad_url"),
            ("ftp://example.com/", "not_https"),
            ("http://example.com/", "not_https"),
            ("file:///etc/passwd", "not_https"),
            ("https://user:pass@example.com/", "bad_url"),
            ("https://example.com/#x", "bad_url"),
            ("https://127.0.0.1/", "private_address"),
            ("https://2130706433/", "private_address"),
            ("https://0x7f.1/", "private_address"),
            ("https://0177.0.0.1/", "private_address"),
            ("https://[::1]/", "private_address"),
            ("https://[::ffff:127.0.0.1]/", "private_address"),
            ("https://localhost/", "private_address"),
            ("https://LOCALHOST./", "private_address"),
            ("https://db/", "private_address"),
            ("https://postgres.internal/", "private_address"),
            ("https://169.254.169.254/latest/", "private_address"),
        ] {
            let refused = check_url(url, false, "/url").expect_err(url);
            assert_eq!(refused.errors[0].code, code, "{url}");
        }
        for url in ["https://example.com/hooks", "https://example.com:8443/a?b=c", "https://8.8.8.8/"] {
            assert!(check_url(url, false, "/url").is_ok(), "{url}");
        }
        assert!(check_url("http://127.0.0.1:9000/hook", true, "/url").is_ok());
    }
}
