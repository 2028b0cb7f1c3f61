using System.Text;
using Agent.ForeignText;
using CsCheck;

namespace Agent.Tests.ForeignText;

public sealed class RedactionTests
{
    private const string Seeded = "s3cret-of-the-configuration";

    private static readonly Redaction Redaction = new([Seeded + "\n"]);

    [Theory]
    [InlineData("Authorization: Bearer abcdef0123456789", "abcdef0123456789")]
    [InlineData("{\"authorization\": \"Basic dXNlcjpwYXNz\"}", "dXNlcjpwYXNz")]
    [InlineData("vllm serve /m --api-key topsecretkey --port 8000", "topsecretkey")]
    [InlineData("export VLLM_API_KEY=topsecretkey", "topsecretkey")]
    [InlineData("password = 'hunter22'", "hunter22")]
    [InlineData("HF_TOKEN hf_abcdefghijklmnopqrstuvwx", "hf_abcdefghijklmnopqrstuvwx")]
    [InlineData("https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef", "0123456789abcdef")]
    [InlineData("https://open.feishu.cn/open-apis/bot/v2/hook/aaaa-bbbb", "aaaa-bbbb")]
    [InlineData("smtp://mailer:pa55@mail.example:25", "pa55")]
    [InlineData("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4", "SflKxwRJSMeKKF2QT4")]
    [InlineData("https://oapi.dingtalk.com/robot/send?access_token=abcd", "abcd")]
    [InlineData("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4", "693a91f6-7xxx-4bc4")]
    [InlineData("https://open.larksuite.com/open-apis/bot/v2/hook/0f0f-1e1e", "0f0f-1e1e")]
    [InlineData("https://hooks.slack.com/services/T000/B000/XXXX", "T000/B000/XXXX")]
    [InlineData("https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")]
    [InlineData("sign with SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.", "0123456789abcdef0123456789abcdef")]
    [InlineData("X-Auth-Token: MIIFvwYJKoZIhvcNAQcC", "MIIFvwYJKoZIhvcNAQcC")]
    [InlineData("Cookie: session=0123456789", "0123456789")]
    [InlineData("secret_key: wJalrXUtnFEMI", "wJalrXUtnFEMI")]
    [InlineData("aws_secret_access_key = wJalrXUtnFEMI", "wJalrXUtnFEMI")]
    [InlineData("{\"access_key_id\":\"HPUAABBCCDD\"}", "HPUAABBCCDD")]
    [InlineData("ak=QWERTYUIOPASDFGHJKLZ sk=qwertyuiopasdfghjklzxcvbnmqwertyuiopasdf", "qwertyuiopasdfghjklzxcvbnm")]
    [InlineData("passwd: hunter22", "hunter22")]
    [InlineData("9 tokens/s, TOKEN\t :\t hunter22", "hunter22")]
    [InlineData("keys, key-token'='hunter22'", "hunter22")]
    [InlineData("secret_access_key_id  =hunter22", "hunter22")]
    [InlineData("max_tokens=64 --hf-token\thunter22", "hunter22")]
    [InlineData("curl -u admin:hunter22 https://bmc/redfish", "hunter22")]
    [InlineData("curl -u\tadmin:hunter22 bmc", "hunter22")]
    [InlineData("OPENAI sk-proj0123456789abcdefghij", "proj0123456789abcdefghij")]
    [InlineData("LTAI4FoobarFoobar12", "FoobarFoobar12")]
    [InlineData("ghp_0123456789abcdefghijABCDEFGHIJ012345", "0123456789abcdefghijABCDEFGHIJ")]
    [InlineData("http://proxyuser:proxypa55@proxy.example:3128/", "proxypa55")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXk\\n-----END OPENSSH PRIVATE KEY-----", "b3BlbnNzaC1rZXk")]
    [InlineData("the value s3cret-of-the-configuration in a sentence", Seeded)]
    [InlineData("{'api_key': ['topsecretkey']}", "topsecretkey")]
    [InlineData("{'api_key': ['first-key', 'topsecretkey'], 'port': 8000}", "topsecretkey")]
    [InlineData("Namespace(host=None, api_key=['topsecretkey'], port=8000)", "topsecretkey")]
    [InlineData("Namespace(api_key='topsecretkey')", "topsecretkey")]
    [InlineData("['vllm', 'serve', '/m', '--api-key', 'topsecretkey', '--port', '8000']", "topsecretkey")]
    [InlineData("[\"vllm\",\"serve\",\"--api-key\",\"first-key\",\"topsecretkey\"]", "topsecretkey")]
    [InlineData("{\"cmd\": \"[\\\"vllm\\\", \\\"--api-key\\\", \\\"topsecretkey\\\"]\"}", "topsecretkey")]
    [InlineData("vllm serve --api-key first-key topsecretkey --port 8000", "topsecretkey")]
    [InlineData("vllm serve --api-key 'first key' 'topsecretkey'", "topsecretkey")]
    [InlineData("vllm serve --api-key=topsecretkey", "topsecretkey")]
    [InlineData("Authorization: Token topsecretkey", "topsecretkey")]
    [InlineData("Authorization: Digest username=\"me\", realm=\"r\", nonce=\"n\", response=\"topsecretkey\"", "topsecretkey")]
    [InlineData("Authorization: topsecretkey", "topsecretkey")]
    [InlineData("Authorization: Something topsecretkey", "topsecretkey")]
    [InlineData("Proxy-Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz")]
    [InlineData("Authorization: AWS4-HMAC-SHA256 Credential=AK/20260301/r/s3, SignedHeaders=host, Signature=topsecretkey", "topsecretkey")]
    [InlineData("headers={'authorization': 'Bearer topsecretkey', 'host': 'h'}", "topsecretkey")]
    [InlineData("sent Bearer topsecretkey123 to it", "topsecretkey123")]
    [InlineData("x-api-key: topsecretkey", "topsecretkey")]
    [InlineData("{\"body\": \"{\\\"api_key\\\": \\\"topsecretkey\\\"}\"}", "topsecretkey")]
    [InlineData("{\\\\\\\"api_key\\\\\\\": \\\\\\\"topsecretkey\\\\\\\"}", "topsecretkey")]
    [InlineData("Cookie: theme=dark; session=topsecretkey; x=1", "topsecretkey")]
    [InlineData("Set-Cookie: a=1; sid=topsecretkey", "topsecretkey")]
    [InlineData("'cookie': 'theme=dark; session=topsecretkey'", "topsecretkey")]
    [InlineData("git clone https://topsecretkey@host/x.git", "topsecretkey")]
    [InlineData("https://user:top/secretkey@host/x", "secretkey")]
    [InlineData("https://user:top@secretkey@host/x", "secretkey")]
    [InlineData("https://user:top?secretkey#1@host/x", "secretkey")]
    [InlineData("http_proxy=http://me:topsecretkey@proxy:3128", "topsecretkey")]
    [InlineData("socks5://me:topsecretkey@proxy:1080", "topsecretkey")]
    [InlineData("redis://:topsecretkey@cache:6379/0", "topsecretkey")]
    [InlineData("postgresql+psycopg2://me:topsecretkey@db/x", "topsecretkey")]
    [InlineData("redirect=https%3A%2F%2Fme%3Atopsecretkey%40host%2Fx", "topsecretkey")]
    [InlineData("GET /?q=api_key%3Dtopsecretkey%26x%3D1", "topsecretkey")]
    [InlineData("q=%7B%22password%22%3A%22topsecretkey%22%7D", "topsecretkey")]
    [InlineData("credentials: topsecretkey", "topsecretkey")]
    [InlineData("passphrase: topsecretkey", "topsecretkey")]
    [InlineData("MYSQL_PWD=topsecretkey", "topsecretkey")]
    [InlineData("DB_PASS=topsecretkey", "topsecretkey")]
    [InlineData("Server=db;Uid=me;Pwd=topsecretkey;", "topsecretkey")]
    [InlineData("Server=db;User Id=me;Password=topsecretkey;Encrypt=true", "topsecretkey")]
    [InlineData("AccountName=a;AccountKey=topsecretkey==;EndpointSuffix=core", "topsecretkey")]
    [InlineData("<password>topsecretkey</password>", "topsecretkey")]
    [InlineData("<ns:apiKey type=\"plain\">top secret key</ns:apiKey>", "secret key")]
    [InlineData("password = \"top secret key\"", "secret key")]
    [InlineData("password: 'it\\'s topsecretkey'", "topsecretkey")]
    [InlineData("{\"password\": \"a\\\"topsecretkey\"}", "topsecretkey")]
    [InlineData("password: \"never closed topsecretkey", "topsecretkey")]
    [InlineData("password: |\n  first line\n  topsecretkey\nnext: 1", "topsecretkey")]
    [InlineData("- token: >-\n    topsecretkey\n  next: 1", "topsecretkey")]
    [InlineData("glpat-abcdefghij0123456789", "abcdefghij0123456789")]
    [InlineData("glrt-abcdefghij0123456789", "abcdefghij0123456789")]
    [InlineData("ms-01234567-89ab-cdef-0123-456789abcdef", "89ab-cdef")]
    [InlineData("npm_abcdefghijklmnopqrstuvwxyz0123456789", "klmnopqrstuvwxyz")]
    [InlineData("pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAw", "cHlwaS5vcmc")]
    [InlineData("AIzaSyA0123456789abcdefghijklmnopqrstuv", "0123456789abcdef")]
    [InlineData("xoxb-0123456789-abcdefghij", "0123456789-abcdefghij")]
    [InlineData("AKIAIOSFODNN7ABCDEFG", "IOSFODNN7")]
    [InlineData("AKIDz8krbsJ5yKBZQpn74WFkmLPx3abcdefg", "krbsJ5yKBZ")]
    [InlineData("STS.NUgYrLnoC37mZZCNnAbez", "NUgYrLnoC37m")]
    [InlineData("bce-v3/ALTAK-abcdefghij0123456789/0123456789abcdef0123456789abcdef", "0123456789abcdef")]
    [InlineData("{\"AK\": \"QWERTYUIOPASDFGHJKLZ\", \"SK\": \"qwertyuiopasdfghjklzxcvbnm0123456789\"}", "qwertyuiopasdfghjklz")]
    [InlineData("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfi", "wJalrXUtnFEMI")]
    [InlineData("MODELSCOPE_API_TOKEN=topsecretkey", "topsecretkey")]
    [InlineData("https://store/blob?sv=2024&sig=topsecretkey%3D&se=1", "topsecretkey")]
    [InlineData("https://oss/x?OSSAccessKeyId=1&Signature=topsecretkey", "topsecretkey")]
    [InlineData("https://discord.com/api/webhooks/123/topsecretkey", "topsecretkey")]
    [InlineData("machine huggingface.co login me password topsecretkey", "topsecretkey")]
    [InlineData("machine huggingface.co\n  login me\n  password topsecretkey", "topsecretkey")]
    [InlineData("令牌hf_abcdefghijklmnopqrstuvwx。", "abcdefghijklmnop")]
    [InlineData("//registry.npmjs.org/:_authToken=topsecretkey", "topsecretkey")]
    [InlineData("--secret-key\ttopsecretkey", "topsecretkey")]
    [InlineData("passwd=x9", "x9")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEA")]
    [InlineData("Using API key: topsecretkey", "topsecretkey")]
    [InlineData("secret access key = topsecretkey", "topsecretkey")]
    [InlineData("[(b'host', b'127.0.0.1'), (b'authorization', b'Bearer topsecretkey'), (b'accept', b'*/*')]", "topsecretkey")]
    [InlineData("Headers([('authorization', 'Basic topsecretkey')])", "topsecretkey")]
    [InlineData("[[\"api_key\",\"topsecretkey\"],[\"Host\",\"h\"]]", "topsecretkey")]
    [InlineData("('set-cookie', 'session=topsecretkey; Path=/')", "topsecretkey")]
    [InlineData("{\"name\": \"HF_TOKEN\", \"value\": \"topsecretkey\"}", "topsecretkey")]
    [InlineData("<add key=\"ApiKey\" value=\"topsecretkey\" />", "topsecretkey")]
    [InlineData("&lt;password&gt;topsecretkey&lt;/password&gt;", "topsecretkey")]
    [InlineData("{'api_key': b'topsecretkey'}", "topsecretkey")]
    [InlineData("api_key: Some(\"topsecretkey\"), port: 1", "topsecretkey")]
    [InlineData("api_key=SecretStr('topsecretkey')", "topsecretkey")]
    [InlineData("api_key=[SecretStr('topsecretkey')]", "topsecretkey")]
    [InlineData("api_key=[b'topsecretkey']", "topsecretkey")]
    [InlineData("\"api_key\" => \"topsecretkey\"", "topsecretkey")]
    [InlineData("api_key := \"topsecretkey\"", "topsecretkey")]
    [InlineData("password == topsecretkey", "topsecretkey")]
    [InlineData("password: !vault topsecretkey", "topsecretkey")]
    [InlineData("password: &anchor \"topsecretkey\"", "topsecretkey")]
    [InlineData("password={'value': 'topsecretkey'}", "topsecretkey")]
    [InlineData("{\"api_key\": {\"value\": \"topsecretkey\"}}", "topsecretkey")]
    [InlineData("\u001b[36mapi_key\u001b[0m=\u001b[35mtopsecretkey\u001b[0m", "topsecretkey")]
    [InlineData("\u001b[33mapi_key\u001b[0m=\u001b[32m'topsecretkey'\u001b[0m", "topsecretkey")]
    [InlineData("\\u001b[36mapi_key\\u001b[0m=\\u001b[35mtopsecretkey\\u001b[0m", "topsecretkey")]
    [InlineData("\u001b[1mAuthorization\u001b[0m: \u001b[32mBearer topsecretkey\u001b[0m", "topsecretkey")]
    [InlineData("q=%7B%22password%22%3A%20%22topsecretkey%22%7D", "topsecretkey")]
    [InlineData("q=%7B%22password%22%3A+%22topsecretkey%22%7D", "topsecretkey")]
    [InlineData("{%22api_key%22:%20%22topsecretkey%22}", "topsecretkey")]
    [InlineData("q=api_key%253Dtopsecretkey", "topsecretkey")]
    [InlineData("&quot;api_key&quot;: &quot;topsecretkey&quot;", "topsecretkey")]
    [InlineData("&#34;api_key&#34;: &#34;topsecretkey&#34;", "topsecretkey")]
    [InlineData("{\\u0022api_key\\u0022:\\u0022topsecretkey\\u0022}", "topsecretkey")]
    [InlineData("https://h/x?api_key\\u003dtopsecretkey\\u0026x=1", "topsecretkey")]
    [InlineData("api_key：topsecretkey", "topsecretkey")]
    [InlineData("https://h/x?user=a&pass=topsecretkey", "topsecretkey")]
    [InlineData("https://h/x?pwd=topsecretkey", "topsecretkey")]
    [InlineData("https://h/x?key=topsecretkey", "topsecretkey")]
    [InlineData("{\"user\": \"x\", \"pass\": \"topsecretkey\"}", "topsecretkey")]
    [InlineData("{'pwd': 'topsecretkey'}", "topsecretkey")]
    [InlineData("{\"auths\": {\"registry.example\": {\"auth\": \"topsecretkey\"}}}", "topsecretkey")]
    [InlineData("_auth=topsecretkey", "topsecretkey")]
    [InlineData("http_proxy=me:topsecretkey@proxy:3128", "topsecretkey")]
    [InlineData("--proxy me:topsecretkey@proxy:3128", "topsecretkey")]
    [InlineData("'https_proxy': 'me:topsecretkey@proxy:3128'", "topsecretkey")]
    [InlineData("curl -uadmin:topsecretkey https://h", "topsecretkey")]
    [InlineData("curl --user=admin:topsecretkey https://h", "topsecretkey")]
    [InlineData("curl --proxy-user admin:topsecretkey https://h", "topsecretkey")]
    [InlineData("['curl', '-u', 'admin:topsecretkey']", "topsecretkey")]
    [InlineData("sshpass -p topsecretkey ssh root@h", "topsecretkey")]
    [InlineData("docker login -u me -p topsecretkey registry", "topsecretkey")]
    [InlineData("ipmitool -I lanplus -H h -U admin -P topsecretkey power reset", "topsecretkey")]
    [InlineData("mysql -uroot -ptopsecretkey", "topsecretkey")]
    [InlineData("redis-cli -a topsecretkey ping", "topsecretkey")]
    [InlineData("vllm\0--api-key\0topsecretkey\0--port", "topsecretkey")]
    [InlineData("A=1\0HF_TOKEN=topsecretkey\0B=2", "topsecretkey")]
    [InlineData("--db-pass topsecretkey", "topsecretkey")]
    [InlineData("--credentials topsecretkey", "topsecretkey")]
    [InlineData("--admin-pass=topsecretkey", "topsecretkey")]
    [InlineData("sent bearer topsecretkey123 to it", "topsecretkey")]
    [InlineData("password             =              topsecretkey", "topsecretkey")]
    [InlineData("'api_key': [ \"a\", 'topsecretkey' ]", "topsecretkey")]
    [InlineData("api_keys=a,topsecretkey", "topsecretkey")]
    [InlineData("--api-key a,topsecretkey", "topsecretkey")]
    [InlineData("api_keys: [a, topsecretkey]", "topsecretkey")]
    [InlineData("api_keys:\n  - a\n  - topsecretkey\nport: 1", "topsecretkey")]
    [InlineData("\"api_keys\": [\n  \"topsecretkey\"\n]", "topsecretkey")]
    [InlineData("\"password\":\n  \"topsecretkey\"", "topsecretkey")]
    [InlineData("passcode: topsecretkey", "topsecretkey")]
    [InlineData("API_KEY_1=topsecretkey", "topsecretkey")]
    [InlineData("password2=topsecretkey", "topsecretkey")]
    [InlineData("SECRET_KEY_BASE=topsecretkey", "topsecretkey")]
    [InlineData("https:\\/\\/user:topsecretkey@host\\/x", "topsecretkey")]
    [InlineData("https:\\u002f\\u002fuser:topsecretkey@host", "topsecretkey")]
    [InlineData("https%3A//user:topsecretkey%40host", "topsecretkey")]
    [InlineData("https%253A%252F%252Fuser%253Atopsecretkey%2540host", "topsecretkey")]
    [InlineData("r8_topsecretkeyabcdefghijklmnopqrstuvwxyz0", "topsecretkey")]
    [InlineData("xai-topsecretkeyabcdefghijklmnopqrstuvwxyz0", "topsecretkey")]
    [InlineData("pplx-topsecretkeyabcdefghijklmnopqrstuvwxyz0", "topsecretkey")]
    [InlineData("glsa_topsecretkeyabcdefghijklmnop_abcd1234", "topsecretkey")]
    [InlineData("api_org_topsecretkeyabcdefghijklmnopqr", "topsecretkey")]
    [InlineData("wandb_v1_topsecretkeyabcdefghijklmnopqr", "topsecretkey")]
    [InlineData("GOCSPX-topsecretkeyabcdefghijkl", "topsecretkey")]
    [InlineData("ATATT3xFfGF0topsecretkeyabcdefghijklmnop", "topsecretkey")]
    [InlineData("hvb.topsecretkeyabcdefghijklmnop", "topsecretkey")]
    [InlineData("dckr_oat_topsecretkeyabcdefgh", "topsecretkey")]
    [InlineData("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\ntopsecretkey\n---- END SSH2 ENCRYPTED PRIVATE KEY ----", "topsecretkey")]
    [InlineData("AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ", "QQQQQQ")]
    [InlineData("dop_v1_0123456789abcdef0123456789abcdef", "0123456789abcdef")]
    [InlineData("xoxc-0123456789-abcdefghij", "0123456789-abcdefghij")]
    public void A_secret_does_not_get_through(string text, string secret)
    {
        Copied(text).ShouldNotContain(secret);
        Redaction.Clean(text).ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("INFO 03-01 [loggers.py:123] Engine 000: Avg prompt throughput: 12.5 tokens/s")]
    [InlineData("[ERROR] RUNTIME(4711,python):2026-03-01-03:00:00.000.001 [task_info.cc:1]4711 ReportErrorInfo: task_id=7, retCode=0x715002a")]
    [InlineData("token_ids: [1, 2, 3], kv_cache_key=block-17, mask: 0x7ffe, risk: low")]
    [InlineData("tokens: 4096, max_tokens=128, token counters")]
    [InlineData("Added request cmpl-1: prompt: 'Say hello', params: SamplingParams(n=1, max_tokens=64, min_tokens=0, stop_token_ids=[]), prompt_token_ids: "
        + "[1, 2]")]
    [InlineData("token_ids=[1, 2], eos_token_id=1, num_key_value_heads=8, bos_token='<s>', eos_token: \"<|im_end|>\", pad_token = '<unk>'")]
    [InlineData("GPU KV cache usage: 0.0%, key value cache, KV cache size: 1,024 tokens, kv_cache_dtype=auto, cache_key: 17")]
    [InlineData("time per output token: 35.2 ms, first token: 120ms, next token: 151645, tokens: [1, 2], token 5")]
    [InlineData("non-default args: {'api_key': None, 'ssl_keyfile': None, 'hf_token': None, 'port': 8000}")]
    [InlineData("usage: vllm serve [--api-key API_KEY [API_KEY ...]] [--ssl-keyfile FILE]")]
    [InlineData("vllm: error: argument --api-key: expected at least one argument")]
    [InlineData("Access denied for user 'x' (using password: NO)")]
    [InlineData("GET http://127.0.0.1:8000/v1/models, https://host:4873/@scope/pkg, docker://registry:5000/x@sha256:abc, ssh://git@host/x")]
    [InlineData("PWD=/home/x OLDPWD=/tmp, uses ms-swift, sk-learn, task-0123456789abcdefgh, risk=1")]
    [InlineData("KeyError: 'model.layers.0.self_attn.k_proj.weight', key: 'x', keys: ['a', 'b'], monkey: 'curious george'")]
    [InlineData("authorization failed; the cookie jar is empty; a password is needed and no token was given")]
    [InlineData("---------------Inter-token Latency----------------")]
    [InlineData("Authorization: Bearer [redacted], cookie: [redacted], token: '[redacted]', passwd [redacted]")]
    [InlineData("password: [redacted], api_key=['[redacted]'], --api-key [redacted], https://[redacted]@host")]
    [InlineData("Error code 507018: aicpu exception，设备异常")]
    [InlineData("done  restart-driver driver: systemctl --no-ask-password restart devdrv, 438ms")]
    [InlineData("git clone --no-token main")]
    [InlineData("environ({'PWD': '/root', 'OLDPWD': '/tmp', 'http_proxy': 'http://proxy:3128'})")]
    [InlineData("proxy: http://proxy:3128, --proxy proxy:3128 --no-proxy localhost")]
    [InlineData("{\"pass\": 3, \"fail\": 0}, {'pass': True}, first-pass: fusion, 2nd pass=4")]
    [InlineData("token 1: 'Hello', token1='the', token => 5, tokens := 7, token -> id")]
    [InlineData("mysql -h h -P 3306 -p; redis-cli -p 6379 -n 1; ipmitool -I lanplus chassis status; docker login registry")]
    [InlineData("allowed: ['api_key', 'port', 'model'], (\"token\", 5), key => value, cache_key := 17")]
    [InlineData("GET /v1/models?limit=20&key_count=3, auth=on, {\"auth\": \"basic\"}")]
    [InlineData("\u001b[36mkv_cache_key\u001b[0m=\u001b[35m17\u001b[0m \u001b[36mtokens\u001b[0m=\u001b[35m4096\u001b[0m")]
    [InlineData("{\"name\": \"tokens\", \"value\": \"5\"}, {\"name\": \"key\", \"value\": \"x\"}")]
    [InlineData("api_keys: []\n  next line, password prompt:\n  next line")]
    [InlineData("https:\\/\\/host\\/x?y=a@b, user@host:3128, mail to ops@example.com")]
    public void What_is_no_secret_stays_as_it_is(string text)
    {
        Copied(text).ShouldBe(text);
        Redaction.Clean(text).ShouldBe(text);
    }

    [Theory]
    [InlineData("abc/def+ghi==", "abc%2fdef%2bghi%3d%3d")]
    [InlineData("abc/def+ghi==", "abc/def%2Bghi%3D%3D")]
    [InlineData("abc/def+ghi==", "abc%2Fdef%2Bghi%3D%3D")]
    [InlineData("abc/def+ghi==", "abc\\/def+ghi==")]
    [InlineData("abc/def+ghi==", "abc/def\\u002Bghi==")]
    [InlineData("abc<def", "abc\\u003Cdef")]
    public void A_configured_secret_goes_in_every_spelling_of_programs(string secret, string written)
    {
        var redaction = new Redaction([secret]);
        redaction.Clean($"sent {written} there").ShouldBe("sent [redacted] there");
    }

    [Fact]
    public void What_was_redacted_is_not_redacted_again() =>
        Rows().ShouldAllBe(text => Redaction.Clean(Redaction.Clean(text)) == Redaction.Clean(text));

    [Fact]
    public void A_configured_secret_goes_wherever_it_stands_in_a_line_of_any_length() =>
        Gen.Select(Gen.Int[0, 200_000], Gen.Int[0, 200_000]).Sample(
            (before, after) => Copied(new string('x', before) + Seeded + new string('y', after)).ShouldNotContain(Seeded),
            iter: 100);

    [Fact]
    public void A_line_is_only_let_through_unsearched_when_nothing_in_it_may_have_to_go() =>
        Rows().ShouldAllBe(text => Redaction.CleanLines(text + "\n") <= text.Length);

    // A secret may lie across two blocks, and behind any number of lines that are passed on as they are.
    [Fact]
    public void Clean_lines_around_a_secret_pass_to_the_byte_wherever_blocks_end() =>
        Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 200], Gen.Int[0, 3000]).Sample(
            (before, width, after) =>
            {
                var line = "INFO throughput: 12.5 tokens/s " + new string('x', width) + "\n";
                var (front, back) = (string.Concat(Enumerable.Repeat(line, before)), string.Concat(Enumerable.Repeat(line, after)));
                Copied($"{front}password: hunter22\n{back}").ShouldBe($"{front}password: [redacted]\n{back}");
            },
            iter: 100);

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(700_003)]
    public void A_text_beyond_its_limit_ends_with_a_whole_line(int limit)
    {
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {i}\n"));
        using var target = new MemoryStream();
        Redaction.Copy(new MemoryStream(Encoding.UTF8.GetBytes(text)), target, limit).ShouldBeFalse();
        var copied = Encoding.UTF8.GetString(target.ToArray());
        text.ShouldStartWith(copied);
        (copied.Length == 0 || copied.EndsWith('\n')).ShouldBeTrue();
        copied.Length.ShouldBeInRange(Math.Max(0, limit - 12), limit);
    }

    [Fact]
    public void The_end_of_a_file_that_begins_inside_a_key_holds_nothing_of_the_key()
    {
        var key = string.Concat(Enumerable.Range(0, 50).Select(i => $"{i:00}MIIEpAIBAAKCAQEA\n"));
        var text = new string('x', 100_000) + "\n-----BEGIN RSA PRIVATE KEY-----\n" + key + "-----END RSA PRIVATE KEY-----\nlast line\n";
        using var target = new MemoryStream();
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var begin = text.IndexOf("25MIIE", StringComparison.Ordinal) + 3;
        source.Position = begin - Redaction.Context;
        Redaction.Copy(source, target, long.MaxValue, skip: Redaction.Context).ShouldBeTrue();
        Encoding.UTF8.GetString(target.ToArray()).ShouldBe("last line\n");
    }

    [Fact]
    public void Bytes_that_are_no_text_pass_unchanged() =>
        Gen.Byte[0, 255].Array[0, 5000].Sample(
            bytes =>
            {
                using var target = new MemoryStream();
                new Redaction([]).Copy(new MemoryStream(bytes), target, long.MaxValue);
                if (!Encoding.Latin1.GetString(bytes).Contains(':', StringComparison.Ordinal))
                    target.ToArray().ShouldBe(bytes);
            },
            iter: 200);

    // Each part begins a match that does not end; a search that went back for each of them would come to its time limit.
    [Fact]
    public void A_line_made_to_take_long_is_searched_in_time()
    {
        string[] parts =
        [
            "api_key", "api_key=", "'api_key': ['", "api_key=['a','", "password: \"\\", "token: \\\\\\\\\"", "token", "token=1.", "--", "--api-key ",
                "--api-key a -", "'--api-key','a','", "--a-a-", "Authorization: ", "Authorization: Digest",
            "cookie: a=b;", "cookie: a", "<password ", "<password a=", "<a.a.", "login a ", "machine a login a ", " -u a", "ak: ", "https://", "https://a:",
                "https://a:a@", "a+a.a-", "%3a%2f%2f", "%3a%2f%2fa%2", "&x-aa-sig", "?sig=", "hf_", "ms-01234567-", "sk-a-", "eyJaaaaaaaaaaa.", "Bearer a",
            "-----BEGIN ", "credentials: |", "\\\\", "\"", "'", "%22", "[", "\u00e9", "\u4ee4",
            "\u001b[0m", "key\u001b[0m", "api_key=a,", "api_key=[a, ", "api_key={\"value\":", "api_key=a(", "('api_key','a'", "name='api_key' value", "-u ", "'-u','a", "curl -u",
            "proxy=a:", "proxy ", "ipmitool ", "mysql -", "docker login ", "%253a%252f%252f", "http:\\/\\/a", "\\u002f", "&quot;", "&lt;password", "api key ", "--pass ", "%20", "api_key%20",
            "'pass", "?key=a", "_auth=", "key=&a",
        ];
        foreach (var part in parts)
            Clean(string.Concat(Enumerable.Repeat(part, Redaction.LineChars / part.Length)));
        Gen.Int[0, parts.Length - 1].Select(i => parts[i]).Array[2, 6].Sample(mixed =>
            Clean(string.Concat(Enumerable.Repeat(string.Concat(mixed), 1 + (Redaction.LineChars / 2 / string.Concat(mixed).Length)))), iter: 60, threads: 1);

        static void Clean(string line) => Redaction.Clean(line).ShouldNotContain("could not be searched", customMessage: line[..60]);
    }

    private static IEnumerable<string> Rows() =>
        typeof(RedactionTests).GetMethod(nameof(A_secret_does_not_get_through))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(d => (string)((InlineDataAttribute)d).Data[0]!);

    private static string Copied(string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var target = new MemoryStream();
        Redaction.Copy(source, target, long.MaxValue);
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
