# Runs one script inside the sandbox: a frame of JSON on stdin, the log on stdout and stderr, the result behind a marker.
# This text is handed to the interpreter whole, so it stands alone: PowerShell 7 and newer.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Console]::OutputEncoding = [System.Text.UTF8Encoding]::new($false)
$PSStyle.OutputRendering = 'PlainText'

# PowerShell may have taken stdin for the pipeline already.
$__sgText = @($input) -join "`n"
if (-not $__sgText) { $__sgText = [Console]::In.ReadLine() }
$__sgFrame = $__sgText | ConvertFrom-Json -Depth 100
$__sgOutput = Join-Path (Get-Location).Path '.sg-output'
foreach ($__sgItem in $__sgFrame.env.PSObject.Properties) {
    [Environment]::SetEnvironmentVariable($__sgItem.Name, [string]$__sgItem.Value)
}
[Environment]::SetEnvironmentVariable('SG_OUTPUT', $__sgOutput)
$Context = $__sgFrame.context
$result = $null

function Send-SgFrame([string]$Kind, [string]$Text) {
    $payload = [System.Text.UTF8Encoding]::new($false).GetBytes($Text)
    $head = [System.Text.Encoding]::ASCII.GetBytes("$($__sgFrame.marker)$Kind $($payload.Length)`n")
    [Console]::Out.Flush()
    $stream = [Console]::OpenStandardOutput()
    $stream.Write($head, 0, $head.Length)
    $stream.Write($payload, 0, $payload.Length)
    $stream.Flush()
}

function Send-SgError([string]$Type, [string]$Message, $Line) {
    [Console]::Error.WriteLine("${Type}: $Message")
    Send-SgFrame 'error' (@{ type = $Type; message = $Message; line = $Line } | ConvertTo-Json -Compress)
    exit 1
}

$__sgErrors = $null
[void][System.Management.Automation.Language.Parser]::ParseInput($__sgFrame.code, [ref]$null, [ref]$__sgErrors)
if ($__sgErrors) {
    Send-SgError 'ParseError' $__sgErrors[0].Message $__sgErrors[0].Extent.StartLineNumber
}

# Texts that the script emits are its stdout; the last other object is its result.
$__sgValue = $null
$__sgFound = $false
try {
    . ([scriptblock]::Create($__sgFrame.code)) | ForEach-Object {
        if ($_ -is [string]) { [Console]::Out.WriteLine($_) }
        else { $__sgValue = $_; $__sgFound = $true }
    }
    if (-not $__sgFound -and (Get-Item -Path Function:main -ErrorAction SilentlyContinue)) {
        $__sgValue = main $Context
        $__sgFound = $null -ne $__sgValue
    }
} catch {
    Send-SgError $_.Exception.GetType().Name $_.Exception.Message $_.InvocationInfo.ScriptLineNumber
}

if (-not $__sgFound -and $null -ne $result) { $__sgValue = $result; $__sgFound = $true }
if ($__sgFound) {
    Send-SgFrame 'value' (ConvertTo-Json -InputObject $__sgValue -Depth 100 -Compress)
} elseif (Test-Path $__sgOutput) {
    Send-SgFrame 'output' (Get-Content -Raw $__sgOutput)
} else {
    Send-SgFrame 'done' ''
}
exit 0
