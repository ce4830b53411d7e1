/** Plugins that come with Kong and not with the edge. */
const plugins = new Set(
  `acme ai-prompt-decorator ai-prompt-guard ai-prompt-template ai-proxy ai-request-transformer ai-response-transformer
  aws-lambda azure-functions basic-auth datadog grpc-gateway grpc-web hmac-auth http-log jwt ldap-auth loggly
  post-function pre-function redirect response-ratelimiting session standard-webhooks statsd syslog tcp-log udp-log
  zipkin`.split(/\s+/),
)

/** Collections and fields of entities that Kong has and the edge has not. */
const fields = new Set(
  `certificates snis ca_certificates vaults key_sets keys consumer_groups jwt_secrets basicauth_credentials
  hmacauth_credentials sources destinations expression priority tls_verify tls_verify_depth client_certificate tls_sans
  hash_on hash_fallback hash_on_header hash_fallback_header hash_on_cookie hash_on_cookie_path hash_on_query_arg
  hash_fallback_query_arg hash_on_uri_capture hash_fallback_uri_capture use_srv_name https_sni ordering`.split(/\s+/),
)

export const isKongsPlugin = (name: string): boolean => plugins.has(name)
export const isKongsField = (name: string): boolean => fields.has(name)
