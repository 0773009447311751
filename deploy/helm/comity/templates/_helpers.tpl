{{/* The name of everything. Short enough for the number that a replica adds. */}}
{{- define "comity.name" -}}
{{- if contains "comity" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-comity" (.Release.Name | trunc 43 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* What pods are chosen by. It never changes, since a StatefulSet does not let it. */}}
{{- define "comity.selector" -}}
app.kubernetes.io/name: comity
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "comity.labels" -}}
{{ include "comity.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end -}}

{{- define "comity.image" -}}
{{- $repository := required "image.repository is required: an image built from deploy/container/Containerfile" .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (required "image.tag or image.digest is required" .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The names of the files of the estate, as a list in JSON. */}}
{{- define "comity.estateFiles" -}}
{{- $sources := list .Values.estate.files .Values.estate.existingConfigMap .Values.estate.existingSecret | compact -}}
{{- if ne (len $sources) 1 -}}
{{- fail "the estate is required once: as estate.files, estate.existingConfigMap or estate.existingSecret" -}}
{{- end -}}
{{- $names := .Values.estate.keys -}}
{{- if .Values.estate.files -}}
{{- $names = keys .Values.estate.files | sortAlpha -}}
{{- else if not $names -}}
{{- fail "estate.keys is required: which keys of the existing ConfigMap or Secret are files of the estate" -}}
{{- end -}}
{{- if not (has "estate.toml" $names) -}}
{{- fail "an estate has a file estate.toml" -}}
{{- end -}}
{{- if has "gateway.toml" $names -}}
{{- fail "gateway.toml is written by the chart, from the values under gateway" -}}
{{- end -}}
{{- toJson $names -}}
{{- end -}}

{{/* The section [gateway] of one replica; takes the chart's context and the name of the pod. */}}
{{- define "comity.gateway" -}}
{{- $gateway := .context.Values.gateway -}}
[gateway]
listen = "{{ if $gateway.ipv6 }}[::]{{ else }}0.0.0.0{{ end }}:{{ int64 $gateway.port }}"
max_body = {{ int64 $gateway.maxBody }}
max_requests = {{ int64 $gateway.maxRequests }}
header_deadline = "{{ int64 $gateway.headerDeadlineSeconds }}s"
body_deadline = "{{ int64 $gateway.bodyDeadlineSeconds }}s"
request_deadline = "{{ int64 $gateway.requestDeadlineSeconds }}s"
drain_deadline = "{{ int64 $gateway.drainDeadlineSeconds }}s"
max_stale = "{{ int64 $gateway.maxStaleSeconds }}s"
review = {{ $gateway.review | quote }}
{{- if $gateway.maskKeyFile }}
mask_key = { file = {{ $gateway.maskKeyFile | quote }} }
{{- end }}
ledger = { folder = "/var/lib/comity/ledger", origin = {{ printf "%s/%s" (required "gateway.ledgerOrigin is required: the name under which ledgers are signed" $gateway.ledgerOrigin) .pod | quote }} }
{{- end -}}
